using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Balancing;

/// <summary>Tells what counts against an endpoint.</summary>
internal static class EndpointFaults
{
    /// <summary>Tells whether an exchange failed by the endpoint: no answer, or an internal error. What a tool says of itself is an answer.</summary>
    public static bool Blames(in UpstreamReply reply) =>
        reply.Answered ? reply.Message is { IsError: true, ErrorCode: ErrorCodes.InternalError } : Blames(reply.Fault);

    /// <summary>Tells whether a fault is the endpoint's own, and not that of the gateway's limits.</summary>
    public static bool Blames(UpstreamFault fault) =>
        fault.Reason is not (FaultReasons.Busy or FaultReasons.CircuitOpen or FaultReasons.TooLarge or FaultReasons.Disabled or FaultReasons.CommandNotAllowed or FaultReasons.AddressNotAllowed);
}
