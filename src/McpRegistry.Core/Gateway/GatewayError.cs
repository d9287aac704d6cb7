using System.Globalization;
using System.Text;
using McpRegistry.Discovery;
using McpRegistry.Limits;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
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

    /// <summary>Gets the limit that refused the request; null when none did.</summary>
    public LimitRefusal? Refusal { get; init; }

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

    /// <summary>The audit trail takes no more calls for now; nothing was done for this one.</summary>
    public static GatewayError NotAudited() =>
        new(ErrorCodes.InternalError, "The audit trail cannot be written at the moment; nothing was done. Try again in a moment.", "audit_unavailable")
        {
            HttpStatus = 503,
            Retryable = true,
        };

    public static GatewayError InvalidParams(string message) => new(ErrorCodes.InvalidParams, message, "invalid_params");

    /// <summary>A server gave no answer.</summary>
    /// <param name="alias">The server.</param>
    /// <param name="fault">Why.</param>
    /// <param name="isRepeatable">Whether the request does no harm when it runs twice.</param>
    public static GatewayError OfFault(string alias, UpstreamFault fault, bool isRepeatable) =>
        new(ErrorCodes.InternalError, $"Server '{alias}' did not answer: {fault.Message}", fault.Reason)
        {
            Upstream = alias,
            Retryable = fault.MayPass && (isRepeatable || !fault.MayHaveRun),
            Data = fault.RetryAfter is { } wait ? RetryData(wait) : default,
        };

    /// <summary>A call was not sent because too many others are under way.</summary>
    /// <param name="alias">The server.</param>
    /// <param name="outcome">How the wait ended.</param>
    public static GatewayError Overloaded(string alias, GateOutcome outcome) => new(
        ErrorCodes.InternalError,
        outcome == GateOutcome.Full ? $"Too many calls wait for server '{alias}'." : $"The call waited too long for server '{alias}', which is busy with others.",
        FaultReasons.Overloaded)
    {
        HttpStatus = 503,
        Upstream = alias,
        Retryable = true,
        Data = RetryData(Patience),
    };

    /// <summary>In whole seconds, at least one, as in HTTP.</summary>
    private static ReadOnlyMemory<byte> RetryData(TimeSpan wait) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $$"""{"retryAfterMs":{{Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) * 1000}}}"""));

    /// <summary>As the header of such an answer says.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static GatewayError Absent(string alias, DiscoveryFault fault) =>
        new(ErrorCodes.InternalError, $"Server '{alias}' is not available: {fault.Message}", fault.Reason)
        {
            Upstream = alias,
            Retryable = UpstreamFault.CanPass(fault.Reason),
        };
}
