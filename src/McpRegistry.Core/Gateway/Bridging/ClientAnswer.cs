namespace McpRegistry.Gateway.Bridging;

/// <summary>What a client answered to a question.</summary>
/// <param name="Outcome">The raw <c>result</c> or <c>error</c>, owned by the receiver.</param>
/// <param name="IsError">Whether it is an error.</param>
internal readonly record struct ClientAnswer(ReadOnlyMemory<byte> Outcome, bool IsError);
