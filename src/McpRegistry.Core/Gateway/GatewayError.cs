using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>A failure of the gateway's own making: what the client is told and a stable reason that programs can act on.</summary>
/// <param name="Code">The JSON-RPC code.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Reason">The value of <c>data.reason</c>.</param>
internal sealed record GatewayError(int Code, string Message, string Reason)
{
    /// <summary>Gets the alias of the server that failed; null when it is not one server's failure.</summary>
    public string? Upstream { get; init; }

    /// <summary>Gets whether the same request may succeed later; null when that makes no sense.</summary>
    public bool? Retryable { get; init; }

    /// <summary>Gets the HTTP status that the answer must have; 0 leaves that to the code.</summary>
    public int HttpStatus { get; init; }

    /// <summary>Gets further members of <c>data</c> as one raw JSON object; empty for none.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    public static GatewayError UnknownItem(string what, string? name) =>
        new(ErrorCodes.InvalidParams, $"Unknown {what}: {ErrorText.Trim(name ?? "(no name)")}", $"unknown_{what}");

    public static GatewayError UnknownServer(string alias) =>
        new(ErrorCodes.InvalidParams, $"No server with the alias '{ErrorText.Trim(alias)}' is registered.", "unknown_server") { HttpStatus = 404 };

    public static GatewayError MethodNotFound(ClientMessage message) =>
        new(ErrorCodes.MethodNotFound, $"Method not found: {ErrorText.Trim(message.Text(message.MethodName) ?? "")}", "method_not_found");

    /// <summary>A request whose form is wrong, whatever it asks for: HTTP 400.</summary>
    public static GatewayError BadEnvelope(int code, string message, string reason) => new(code, message, reason) { HttpStatus = 400 };

    /// <summary>What nobody foresaw; its cause is for the log only.</summary>
    public static GatewayError Unforeseen() =>
        new(ErrorCodes.InternalError, "The request could not be handled; try again later.", "internal") { HttpStatus = 500 };

    public static GatewayError InvalidParams(string message) => new(ErrorCodes.InvalidParams, message, "invalid_params");

    public static GatewayError OfFault(string alias, UpstreamFault fault) =>
        new(ErrorCodes.InternalError, $"Server '{alias}' did not answer: {fault.Message}", fault.Reason) { Upstream = alias, Retryable = !fault.MayHaveRun };

    public static GatewayError Absent(string alias, DiscoveryFault fault) =>
        new(ErrorCodes.InternalError, $"Server '{alias}' is not available: {fault.Message}", fault.Reason) { Upstream = alias, Retryable = true };
}
