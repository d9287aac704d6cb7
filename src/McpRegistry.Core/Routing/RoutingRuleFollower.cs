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
            // The rule is read again: by now it may be newer, or gone.
            if (await store.FindAsync(change.Tenant, change.Id, cancellationToken).ConfigureAwait(false) is { } rule)
            {
                rules.Save(rule);
            }
            else
            {
                rules.Remove(known => known.Id == change.Id);
            }
        }
    }

    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        rules.BeginReplacing();
        var all = new List<RoutingRule>();
        await foreach (var rule in store.ReadActiveAsync(cancellationToken).ConfigureAwait(false))
        {
            all.Add(rule);
        }

        rules.Replace(all);
    }
}
