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
}
