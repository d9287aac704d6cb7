using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

internal sealed class InMemoryAuditSinkStore(InMemoryDatabase database) : IAuditSinkStore
{
    private readonly Dictionary<(string Sink, TenantId Tenant), Position> _positions = [];

    public ValueTask<IReadOnlyList<TenantId>> FindBehindAsync(string sink, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.RunAsync<IReadOnlyList<TenantId>>(
            () =>
            [
                .. database.Trail.Heads_NeedsLock()
                    .Where(head => !_positions.TryGetValue((sink, head.Tenant), out var position)
                        ? head.Sequence > 0
                        : position.Sequence < head.Sequence && position.HeldUntil <= now)
                    .Select(static head => head.Tenant)
                    .Take(limit),
            ],
            cancellationToken);
    }

    public ValueTask<long?> TryHoldAsync(
        TenantId tenant, string sink, Guid holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => database.RunAsync<long?>(
        () =>
        {
            var isKnown = _positions.TryGetValue((sink, tenant), out var position);
            if (!isKnown ? database.Trail.Find_NeedsLock(tenant) is null : position.Holder != holder && position.HeldUntil > now)
            {
                return null;
            }

            _positions[(sink, tenant)] = position with { Holder = holder, HeldUntil = until };
            return position.Sequence;
        },
        cancellationToken);

    public ValueTask<bool> AdvanceAsync(
        TenantId tenant, string sink, Guid holder, long sequence, DateTimeOffset until, CancellationToken cancellationToken) => database.RunAsync(
        () =>
        {
            if (!_positions.TryGetValue((sink, tenant), out var position) || position.Holder != holder || position.Sequence > sequence)
            {
                return false;
            }

            _positions[(sink, tenant)] = new Position(sequence, holder, until);
            return true;
        },
        cancellationToken);

    /// <param name="Sequence">The number of the last row that is delivered.</param>
    /// <param name="Holder">Who is at it.</param>
    /// <param name="HeldUntil">For how long.</param>
    private readonly record struct Position(long Sequence, Guid Holder, DateTimeOffset HeldUntil);
}
