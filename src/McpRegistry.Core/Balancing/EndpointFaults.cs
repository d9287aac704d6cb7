using System.Diagnostics.CodeAnalysis;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Upstream;

namespace McpRegistry.Balancing;

/// <summary>Tells what counts against an endpoint.</summary>
internal static class EndpointFaults
{
    /// <summary>Tells whether an exchange failed by the endpoint: no answer, or an internal error. What a tool says of itself is an answer.</summary>
    public static bool Blames(in UpstreamReply reply) =>
        reply.Answered ? reply.Message is { IsError: true, ErrorCode: ErrorCodes.InternalError } : Blames(reply.Fault);

    /// <summary>Tells whether a fault is the endpoint's own, and not that of the gateway's limits, or of what one caller sent.</summary>
    public static bool Blames(UpstreamFault fault) => CircuitFaults.Judge(fault) is CircuitVerdict.Failure or CircuitVerdict.Timeout;

    /// <summary>Tells whether an endpoint would not take a call, for a limit or a credential for example. That is neither a failure nor something that it has done.</summary>
    public static bool Refuses([NotNullWhen(true)] UpstreamFault? fault) =>
        fault is { Reason: FaultReasons.HttpError or FaultReasons.Unauthorized } && CircuitFaults.Judge(fault) == CircuitVerdict.Success;

    /// <summary>Returns how long an endpoint wants to be left alone; zero where it does not say so, null where it wants nothing of the kind.</summary>
    public static TimeSpan? HoldBackOf(UpstreamFault? fault) => fault switch
    {
        { Reason: FaultReasons.HttpError, HttpStatus: 429 } => fault.RetryAfter ?? TimeSpan.Zero,
        { Reason: FaultReasons.HttpError, HttpStatus: 503 } => fault.RetryAfter,
        _ => null,
    };
}
