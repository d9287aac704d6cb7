using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

internal sealed class InMemoryUsageStore : IUsageStore
{
    private readonly Dictionary<(UsageSubject Subject, Guid Id, string? ItemKey), UsageTotals> _totals = [];
    private readonly InMemoryDatabase _database;
    private readonly IServerStore _servers;
    private readonly IApiKeyStore _keys;

    public InMemoryUsageStore(InMemoryDatabase database, IServerStore servers, IApiKeyStore keys)
    {
        _database = database;
        _servers = servers;
        _keys = keys;
        database.OnServerDeleted((_, id) => Remove_NeedsLock(id));
    }

    public async ValueTask AddAsync(IReadOnlyList<UsageDelta> deltas, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var deletions = _database.ServerDeletions;
            var counted = await FindAsync(deltas, cancellationToken).ConfigureAwait(false);
            lock (_database.Gate)
            {
                // Otherwise a server may be gone by now, and nobody would take its counters along any more.
                if (_database.ServerDeletions == deletions)
                {
                    Add_NeedsLock(counted);
                    return;
                }
            }
        }
    }

    public async ValueTask<IReadOnlyList<UsageTotals>> ListServerAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var subjects = await SubjectsOfServerAsync(tenant, serverId, cancellationToken).ConfigureAwait(false);
        lock (_database.Gate)
        {
            return
            [
                .. subjects
                    .Select(subject => _totals.GetValueOrDefault(subject)
                        ?? (subject.Subject == UsageSubject.Server ? new UsageTotals { Subject = UsageSubject.Server } : null))
                    .OfType<UsageTotals>()
                    .OrderBy(totals => totals.Subject)
                    .ThenBy(totals => totals.ItemKey, StringComparer.Ordinal),
            ];
        }
    }

    public async ValueTask<UsageTotals?> FindKeyAsync(TenantId tenant, Guid keyId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = (UsageSubject.ApiKey, keyId, (string?)null);
        var subjects = await SubjectsOfKeysAsync(tenant, cancellationToken).ConfigureAwait(false);
        lock (_database.Gate)
        {
            return subjects.Contains(key) ? _totals.GetValueOrDefault(key) ?? new UsageTotals { Subject = UsageSubject.ApiKey } : null;
        }
    }

    /// <summary>Leaves out what is not there.</summary>
    private async ValueTask<List<UsageDelta>> FindAsync(IReadOnlyList<UsageDelta> deltas, CancellationToken cancellationToken)
    {
        var found = new List<UsageDelta>(deltas.Count);
        foreach (var group in deltas.GroupBy(delta => (delta.Tenant, Server: delta.Subject == UsageSubject.ApiKey ? (Guid?)null : delta.Id)))
        {
            var present = group.Key.Server is { } server
                ? await SubjectsOfServerAsync(group.Key.Tenant, server, cancellationToken).ConfigureAwait(false)
                : await SubjectsOfKeysAsync(group.Key.Tenant, cancellationToken).ConfigureAwait(false);
            found.AddRange(group.Where(delta => present.Contains((delta.Subject, delta.Id, delta.ItemKey))));
        }

        return found;
    }

    private void Add_NeedsLock(List<UsageDelta> deltas)
    {
        foreach (var delta in deltas)
        {
            var key = (delta.Subject, delta.Id, delta.ItemKey);
            _totals[key] = UsageSums.Add(_totals.GetValueOrDefault(key), delta);
        }
    }

    private async ValueTask<HashSet<(UsageSubject Subject, Guid Id, string? ItemKey)>> SubjectsOfServerAsync(
        TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        if (await _servers.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return [];
        }

        var items = stored.Discovery?.Items ?? [];
        return [(UsageSubject.Server, id, null), .. items.Select(item => (SubjectOf(item.Kind), id, (string?)item.Key))];
    }

    private async ValueTask<HashSet<(UsageSubject Subject, Guid Id, string? ItemKey)>> SubjectsOfKeysAsync(
        TenantId tenant, CancellationToken cancellationToken)
    {
        var keys = await _keys.ListAsync(tenant, cancellationToken).ConfigureAwait(false);
        return [.. keys.Select(key => (UsageSubject.ApiKey, key.Id, (string?)null))];
    }

    private void Remove_NeedsLock(Guid server)
    {
        foreach (var key in _totals.Keys.Where(key => key.Id == server).ToArray())
        {
            _totals.Remove(key);
        }
    }

    private static UsageSubject SubjectOf(CatalogueItemKind kind) => kind switch
    {
        CatalogueItemKind.Tool => UsageSubject.Tool,
        CatalogueItemKind.Resource => UsageSubject.Resource,
        CatalogueItemKind.ResourceTemplate => UsageSubject.ResourceTemplate,
        _ => UsageSubject.Prompt,
    };
}
