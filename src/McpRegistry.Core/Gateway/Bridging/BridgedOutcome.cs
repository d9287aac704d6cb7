using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>How one request of a suspendable call ends: with the server's reply, or with an answer of the gateway.</summary>
/// <param name="Reply">The reply, to be translated; null when <paramref name="Answer"/> is the end, or the call has to be made anew.</param>
/// <param name="Answer">The answer, ready.</param>
internal readonly record struct BridgedOutcome(UpstreamReply? Reply, GatewayAnswer? Answer)
{
    /// <summary>Gets the outcome of a state that keeps no call: the same request is sent once more.</summary>
    public static BridgedOutcome SendAgain { get; }

    public static implicit operator BridgedOutcome(UpstreamReply reply) => new(reply, null);

    public static implicit operator BridgedOutcome(GatewayAnswer answer) => new(null, answer);
}
