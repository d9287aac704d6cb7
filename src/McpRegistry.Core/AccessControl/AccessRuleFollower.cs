using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>Keeps the rules in step with the store: their own changes, and the servers, users and keys with which rules vanish.</summary>
internal sealed class AccessRuleFollower(IAccessRuleStore store, AccessRules rules) : IChangeHandler
{
    public async ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        var isDeleted = change.Operation == RegistryChangeOperation.Deleted;
        switch (change.Kind)
        {
            case RegistryChangeKind.AccessControl:
                await FollowAsync(change.Tenant, change.Id, cancellationToken).ConfigureAwait(false);
                break;
            case RegistryChangeKind.Server when isDeleted:
                rules.Remove(rule => rule.ServerId == change.Id);
                break;
            case RegistryChangeKind.User when isDeleted:
                rules.Remove(rule => rule.Subject == AccessSubject.ForUser(change.Id));
                break;
            case RegistryChangeKind.ApiKey when isDeleted:
                rules.Remove(rule => rule.Subject == AccessSubject.ForApiKey(change.Id));
                break;
            case RegistryChangeKind.Tenant when isDeleted:
                // The stores know what goes with a tenant.
                await ReloadAsync(cancellationToken).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        rules.BeginReplacing();
        var all = new List<AccessRule>();
        await foreach (var rule in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            all.Add(rule);
        }

        foreach (var added in rules.Replace(all))
        {
            await FollowAsync(added.Tenant, added.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The rule is read again: by now it may be newer, or gone.</summary>
    private async ValueTask FollowAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } rule)
        {
            rules.Save(rule);
        }
        else
        {
            rules.Remove(known => known.Id == id);
        }
    }
}
