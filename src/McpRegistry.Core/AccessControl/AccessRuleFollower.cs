using McpRegistry.Storage;

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
                await rules.FollowAsync(change.Tenant, change.Id, store.FindAsync, cancellationToken).ConfigureAwait(false);
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

    public ValueTask ReloadAsync(CancellationToken cancellationToken) => rules.ReloadAsync(store.ReadAllAsync, store.FindAsync, cancellationToken);
}
