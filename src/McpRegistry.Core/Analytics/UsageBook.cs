using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>Adds calls up by subject until they are taken out. Used in the background only, so a lock does no harm.</summary>
/// <param name="maxSubjects">The most subjects at once; calls of others are not counted.</param>
internal sealed class UsageBook(int maxSubjects)
{
    private readonly Lock _lock = new();
    private Dictionary<(UsageSubject Subject, TenantId Tenant, Guid Id, string? ItemKey), UsageSum> _subjects = [];
    private Dictionary<(TenantId Tenant, Guid Id), UsageSum> _servers = [];

    /// <summary>Adds calls; returns how many subjects found no room.</summary>
    public int Add(IReadOnlyList<CallRecord> records)
    {
        var refused = 0;
        lock (_lock)
        {
            foreach (var record in records)
            {
                refused += Add_NeedsLock(record);
            }
        }

        return refused;
    }

    public IReadOnlyList<UsageDelta> TakeDeltas()
    {
        Dictionary<(UsageSubject Subject, TenantId Tenant, Guid Id, string? ItemKey), UsageSum> taken;
        lock (_lock)
        {
            (taken, _subjects) = (_subjects, []);
        }

        return
        [
            .. taken.Select(pair => new UsageDelta
            {
                Subject = pair.Key.Subject,
                Tenant = pair.Key.Tenant,
                Id = pair.Key.Id,
                ItemKey = pair.Key.ItemKey,
                Calls = pair.Value.Calls,
                Errors = pair.Value.Errors,
                TotalMs = pair.Value.TotalMs,
                LastUsed = pair.Value.LastUsed,
                LastSuccess = pair.Value.LastSuccess,
                LastError = pair.Value.LastError,
            }),
        ];
    }

    public IReadOnlyDictionary<(TenantId Tenant, Guid Id), UsageSum> TakeServers()
    {
        lock (_lock)
        {
            (var taken, _servers) = (_servers, []);
            return taken;
        }
    }

    private int Add_NeedsLock(in CallRecord record)
    {
        var refused = 0;
        if (record.ApiKeyId is { } key)
        {
            refused += Add_NeedsLock((UsageSubject.ApiKey, record.Tenant, key, null), record);
        }

        if (record.Server?.Server is not { } server)
        {
            return refused;
        }

        refused += Add_NeedsLock((UsageSubject.Server, server.Tenant, server.Id, null), record);
        refused += TryAdd(_servers, (server.Tenant, server.Id), record);
        return CatalogueIndex.Find(record) is var (subject, item)
            ? refused + Add_NeedsLock((subject, server.Tenant, server.Id, item), record)
            : refused;
    }

    private int Add_NeedsLock((UsageSubject, TenantId, Guid, string?) subject, in CallRecord record) => TryAdd(_subjects, subject, record);

    private int TryAdd<TKey>(Dictionary<TKey, UsageSum> sums, TKey key, in CallRecord record)
        where TKey : notnull
    {
        if (!sums.TryGetValue(key, out var sum))
        {
            if (sums.Count >= maxSubjects)
            {
                return 1;
            }

            sums.Add(key, sum = new UsageSum());
        }

        sum.Add(record);
        return 0;
    }
}
