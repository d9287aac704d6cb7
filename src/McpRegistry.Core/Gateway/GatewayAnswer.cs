using McpRegistry.Limits;

namespace McpRegistry.Gateway;

/// <summary>The end of a request: one JSON-RPC response.</summary>
/// <param name="Json">The response as it goes to the client.</param>
/// <param name="ErrorCode">The error code in it; 0 for a result.</param>
/// <param name="HttpStatus">The HTTP status that it must have; 0 leaves that to the error code.</param>
/// <param name="Reason">The stable reason of an error; null for a result.</param>
/// <param name="Refusal">The limit that refused the request; null when none did.</param>
internal readonly record struct GatewayAnswer(ReadOnlyMemory<byte> Json, int ErrorCode = 0, int HttpStatus = 0, string? Reason = null, LimitRefusal? Refusal = null);
