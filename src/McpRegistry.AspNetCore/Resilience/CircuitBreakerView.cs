using System.Collections.Immutable;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Resilience;

namespace McpRegistry.AspNetCore.Resilience;

internal sealed record CircuitBreakerView(
    Guid EndpointId,
    Guid ServerId,
    string? Server,
    string State,
    string? Reason,
    DateTimeOffset? Since,
    DateTimeOffset? NextTry,
    int FailuresInWindow,
    int SuccessesInWindow,
    DateTimeOffset? LastFailure,
    DateTimeOffset? LastSuccess,
    long Requests,
    long Failures,
    long Timeouts,
    long Probes,
    long Refused,
    ImmutableArray<CircuitTransitionView> History)
{
    public const int MaxReasonLength = 500;

    public static CircuitBreakerView Of(EndpointBreaker breaker, string? alias)
    {
        var known = breaker.Describe();
        return new CircuitBreakerView(
            breaker.EndpointId,
            breaker.ServerId,
            alias,
            WireNames<CircuitState>.Of(known.State),
            known.Reason,
            breaker.Current?.At,
            known.NextAttempt,
            known.FailureCount,
            known.SuccessCount,
            known.LastFailure,
            known.LastSuccess,
            known.TotalRequests,
            known.TotalFailures,
            known.TotalTimeouts,
            breaker.Totals.Probes,
            breaker.Totals.Refused,
            [
                .. known.History.Transitions.Select(static change => new CircuitTransitionView(
                    change.At, WireNames<CircuitState>.Of(change.Before), WireNames<CircuitState>.Of(change.State), change.Reason, change.Instance)),
            ]);
    }
}

internal sealed record CircuitTransitionView(DateTimeOffset At, string Before, string State, string? Reason, string? Instance);

internal sealed record CircuitBreakerListView(ImmutableArray<CircuitBreakerView> Items, string? NextCursor);
