using System.Collections.Frozen;
using System.Globalization;
using McpRegistry.Discovery;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>
/// Tells failures of an endpoint from answers. What one caller's request or credential brought about, a limit on him (429) among it, must not shut
/// the endpoint for the others.
/// </summary>
internal sealed class CircuitFaults(IOptions<CircuitBreakerOptions> options)
{
    private readonly FrozenSet<int> _codes = options.Value.ErrorCodes
        .Where(static code => code.Value)
        .Select(static code => int.Parse(code.Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
        .ToFrozenSet();

    public CircuitVerdict Judge(in UpstreamReply reply) => reply switch
    {
        { Answered: false } => Judge(reply.Fault),
        { Message.IsError: true } when _codes.Contains(reply.Message.ErrorCode) => CircuitVerdict.Failure,
        _ => CircuitVerdict.Success,
    };

    public static CircuitVerdict Judge(UpstreamFault fault) => fault switch
    {
        { IsOwnDoing: true } => CircuitVerdict.None,

        // It answers, in another revision: the connection is made anew, and nothing is wrong with the endpoint.
        { ContradictsEra: true } => CircuitVerdict.None,

        // It answers, and may have been started anew for good reasons.
        { EndsSession: true } => CircuitVerdict.None,

        // Counted with the call under which the process died; its successor is about to start.
        { IsRestarting: true } => CircuitVerdict.None,
        { Reason: FaultReasons.HttpError, HttpStatus: 0 or 408 or >= 500 } => CircuitVerdict.Failure,
        { Reason: FaultReasons.HttpError or FaultReasons.Unauthorized } => CircuitVerdict.Success,
        { Reason: FaultReasons.Timeout } => CircuitVerdict.Timeout,
        { Reason: FaultReasons.Unreachable or FaultReasons.ProcessExited or FaultReasons.SessionLost or FaultReasons.ProtocolError } => CircuitVerdict.Failure,
        _ => CircuitVerdict.None,
    };
}
