namespace McpRegistry.Protocol;

/// <summary>One question in a result that asks for input.</summary>
/// <param name="Key">The name under which the answer is expected.</param>
/// <param name="Method">What is asked.</param>
/// <param name="Params">The raw params object; empty for none.</param>
internal sealed record InputRequest(string Key, McpMethod Method, ReadOnlyMemory<byte> Params);
