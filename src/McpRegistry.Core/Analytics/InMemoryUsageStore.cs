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
    private readonly InMemoryServerTable _serverTable;
    private readonly InMemoryApiKeyTable _keyTable;

    public InMemoryUsageStore(InMemoryDatabase database, IServerStore servers, InMemoryServerTable serverTable, InMemoryApiKeyTable keyTable)
    {
        _database = database;
        _servers = servers;
        _serverTable = serverTable;
        _keyTable = keyTable;
        database.OnServerDeleted((_, id) => Remove_NeedsLock(id));
    }

    public async ValueTask AddAsync(IReadOnlyList<UsageDelta> deltas, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var counted = await FindAsync(deltas, cancellationToken).ConfigureAwait(false);
        lock (_database.Gate)
        {
            Add_NeedsLock(counted);
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

    public ValueTask<UsageTotals?> FindKeyAsync(TenantId tenant, Guid keyId, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<UsageTotals?>(cancellationToken);
        }

        lock (_database.Gate)
        {
            return ValueTask.FromResult(_database.FindOwner_NeedsLock(RegistryChangeKind.ApiKey, keyId) == tenant
                ? _totals.GetValueOrDefault((UsageSubject.ApiKey, keyId, null)) ?? new UsageTotals { Subject = UsageSubject.ApiKey }
                : null);
        }
    }

    /// <summary>Gets the totals of those of some servers that were used.</summary>
    public IReadOnlyList<UsageTotals> ReadServers(IEnumerable<Guid> servers)
    {
        lock (_database.Gate)
        {
            return [.. servers.Select(id => _totals.GetValueOrDefault((UsageSubject.Server, id, null))).OfType<UsageTotals>()];
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
                : null;
            found.AddRange(group.Where(delta => present?.Contains((delta.Subject, delta.Id, delta.ItemKey)) ?? true));
        }

        return found;
    }

    private void Add_NeedsLock(List<UsageDelta> deltas)
    {
        // One that was found before may be gone by now, and nobody would take its counters along any more.
        foreach (var delta in deltas.Where(delta => _database.FindOwner_NeedsLock(
            delta.Subject == UsageSubject.ApiKey ? RegistryChangeKind.ApiKey : RegistryChangeKind.Server, delta.Id) == delta.Tenant))
        {
            var key = (delta.Subject, delta.Id, delta.ItemKey);
            _totals[key] = UsageSums.Add(_totals.GetValueOrDefault(key), delta);
            Show_NeedsLock(delta, _totals[key]);
        }
    }

    /// <summary>Puts the sums where the databases keep them: with the server, for the search, and with the key.</summary>
    private void Show_NeedsLock(UsageDelta delta, UsageTotals totals)
    {
        if (delta.Subject == UsageSubject.Server)
        {
            _serverTable.Measure(delta.Id, new ServerStatistics
            {
                AverageResponseTime = totals.MeanMs,
                SuccessRate = totals.SuccessRate,
                ActiveConnections = totals.ActiveConnections,
                RequestCount = totals.Calls,
                ErrorCount = totals.Errors,
                LastUsedAt = totals.LastUsed,
            });
        }
        else if (delta.Subject == UsageSubject.ApiKey && _keyTable.Find(delta.Tenant, delta.Id) is { } stored)
        {
            _keyTable.Put(stored with
            {
                Usage = new ApiKeyUsage
                {
                    LastUsed = totals.LastUsed,
                    LastSuccess = totals.LastSuccess,
                    LastError = totals.LastError,
                    TotalRequests = totals.Calls,
                    TotalErrors = totals.Errors,
                },
            });
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
