using System.Text.Json.Nodes;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

/// <summary>What operators see of breakers and do with them. Those of other tenants do not exist here.</summary>
internal sealed class CircuitBreakerDesk(CircuitBreakers breakers, ICircuitBreakerStore store, ChangeAudit audit)
{
    // Whoever loses against a trip that is saved at the same time wants the last word; each lost race means that the state has changed.
    private const int MaxAttempts = 5;

    public IEnumerable<EndpointBreaker> List(TenantId tenant) => breakers.All().Where(breaker => breaker.Tenant == tenant);

    public EndpointBreaker? Find(TenantId tenant, Guid endpointId) => breakers.Find(endpointId) is { } breaker && breaker.Tenant == tenant ? breaker : null;

    /// <summary>Does what an operator wants: first in the store, with its audit event, then here; other replicas hear of it.</summary>
    /// <param name="breaker">The breaker.</param>
    /// <param name="action">What to do.</param>
    /// <param name="reason">Why; null when nobody said.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when its server is gone, or others kept changing it.</returns>
    public async ValueTask<bool> ActAsync(EndpointBreaker breaker, CircuitAction action, string? reason, AuditActor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = breaker.State;
            var wanted = breaker.Decide(StateOf(action), reason ?? "An operator decided so.", forget: action == CircuitAction.Reset);
            var attempted = audit.Create(breaker.Tenant, actor, $"circuit_breaker.{NameOf(action)}", "circuit_breaker", breaker.EndpointId.ToString(), name: null);
            var changed = attempted with { Details = ChangeAudit.Describe(actor, Members(before), Members(wanted.State), reason) };
            var result = await store.DecideAsync(breaker.Tenant, wanted, changed, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded && breaker.Apply(result.Value))
            {
                return true;
            }

            // Else it has opened or closed by itself meanwhile, which would be saved over the decision.
            if (result.Outcome is not (StoreOutcome.Stale or StoreOutcome.Success) || attempt == MaxAttempts)
            {
                await audit.RefusedAsync(attempted, result.Outcome == StoreOutcome.NotFound ? "not found" : "stale", cancellationToken).ConfigureAwait(false);
                return false;
            }

            if (await store.FindAsync(breaker.Tenant, breaker.EndpointId, cancellationToken).ConfigureAwait(false) is { } newer)
            {
                breaker.Apply(newer);
            }
        }
    }

    private static CircuitState StateOf(CircuitAction action) => action switch
    {
        CircuitAction.Open => CircuitState.Open,
        CircuitAction.Isolate => CircuitState.Isolated,
        _ => CircuitState.Closed,
    };

    private static string NameOf(CircuitAction action) => action switch
    {
        CircuitAction.Open => "open",
        CircuitAction.Close => "close",
        CircuitAction.Isolate => "isolate",
        _ => "reset",
    };

    private static JsonObject Members(CircuitState state) => new() { ["state"] = state.ToString() };
}
