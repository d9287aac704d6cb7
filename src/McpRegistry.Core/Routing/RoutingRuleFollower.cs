using McpRegistry.Storage;

namespace McpRegistry.Routing;

/// <summary>Keeps the rules in step with the store: their own changes, and the tenants with which they vanish.</summary>
internal sealed class RoutingRuleFollower(IRoutingRuleStore store, RoutingRules rules) : IChangeHandler
{
    public async ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        if (change is { Kind: RegistryChangeKind.Tenant, Operation: RegistryChangeOperation.Deleted })
        {
            rules.Remove(rule => rule.Tenant.Value == change.Id);
        }
        else if (change.Kind == RegistryChangeKind.RoutingRule)
        {
            await rules.FollowAsync(change.Tenant, change.Id, store.FindAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask ReloadAsync(CancellationToken cancellationToken) => rules.ReloadAsync(store.ReadActiveAsync, store.FindAsync, cancellationToken);
}
