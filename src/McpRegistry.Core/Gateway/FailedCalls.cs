using McpRegistry.Gateway.Caching;
using McpRegistry.Resilience;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>Tells clients that a server gave no answer.</summary>
internal sealed class FailedCalls(CachedAnswers cached, CallPolicies policies)
{
    /// <summary>Answers by what was kept, where that is allowed, else says why there is no answer.</summary>
    public GatewayAnswer Answer(GatewayCall call, string alias, UpstreamFault fault) =>
        cached.TryAnswerStale(call, call.Target) ?? Error(call, alias, fault);

    /// <summary>Says why there is no answer.</summary>
    public GatewayAnswer Error(GatewayCall call, string alias, UpstreamFault fault) => AnswerWriter.Error(
        call.Id, GatewayError.OfFault(alias, fault, policies.MayRepeat(call)));
}
