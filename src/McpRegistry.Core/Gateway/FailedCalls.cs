using McpRegistry.Gateway.Caching;
using McpRegistry.Resilience;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>Tells clients that a server gave no answer.</summary>
internal sealed class FailedCalls(CachedAnswers cached, CallPolicies policies)
{
    /// <summary>Answers by what was kept, where that is allowed and the client has lost nothing else, else says why there is no answer.</summary>
    public GatewayAnswer Answer(GatewayCall call, string alias, UpstreamFault fault) =>
        (fault.EndsSession ? null : cached.TryAnswerStale(call, call.Target)) ?? Error(call, alias, fault);

    /// <summary>Says why there is no answer.</summary>
    public GatewayAnswer Error(GatewayCall call, string alias, UpstreamFault fault)
    {
        var error = GatewayError.OfFault(alias, fault, policies.MayRepeat(call));

        // The client's session has ended with that at the server: nothing can be repeated in it (2025-11-25, session management).
        return AnswerWriter.Error(call.Id, call.HasSessionEnded ? error with { HttpStatus = 404, Retryable = false } : error);
    }
}
