using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

internal sealed class InMemoryAuditStore(InMemoryDatabase database) : IAuditStore
{
    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) => database.RunAsync(
        () =>
        {
            foreach (var auditEvent in events)
            {
                database.Trail.Add_NeedsLock(auditEvent);
            }
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        return database.RunAsync<IReadOnlyList<AuditEvent>>(
            () => [.. database.Trail.Page_NeedsLock(row => Matches(row, tenant, query), query.After, query.Limit).Select(static row => row.Event)],
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        var rows = await SearchAsync(tenant, query with { Source = AuditSource.Mcp }, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(McpAuditEntry.Of)];
    }

    public ValueTask<AuditChainHead?> FindHeadAsync(TenantId tenant, CancellationToken cancellationToken) =>
        database.RunAsync(() => database.Trail.Find_NeedsLock(tenant)?.Head, cancellationToken);

    public ValueTask<IReadOnlyList<ChainedAuditEvent>> ReadChainAsync(
        TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.RunAsync<IReadOnlyList<ChainedAuditEvent>>(
            () => database.Trail.Find_NeedsLock(tenant)?.Read(afterSequence, limit) ?? [], cancellationToken);
    }

    /// <summary>There are none: every row of this store has been in its chain.</summary>
    public ValueTask<UnchainedAuditEvents> FindUnchainedAsync(TenantId tenant, CancellationToken cancellationToken) =>
        database.RunAsync(static () => new UnchainedAuditEvents(0, []), cancellationToken);

    private static bool Matches(AuditEvent row, TenantId tenant, AuditQuery query) =>
        row.Tenant == tenant
        && IsWanted(query.Action, row.Action)
        && IsWanted(query.ResourceType, row.ResourceType)
        && IsWanted(query.ResourceId, row.ResourceId)
        && (query.UserId is null || query.UserId == row.UserId)
        && (query.ApiKeyId is null || query.ApiKeyId == row.ApiKeyId)
        && (query.Source is null || query.Source == row.Source)
        && (query.Success is null || query.Success == row.Success)
        && (query.From is null || row.OccurredAt >= query.From)
        && (query.Until is null || row.OccurredAt < query.Until);

    private static bool IsWanted(string? wanted, string? value) => wanted is null || string.Equals(wanted, value, StringComparison.Ordinal);
}
