using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Reads on from a revision. Each write raises the revision by exactly one and leaves one row, so a gap between two rows
/// means that rows are gone, for whatever reason.
/// </summary>
internal sealed class ChangeReader(RegistryDatabase database, TimeProvider time, long afterRevision)
{
    public const int BatchSize = 500;

    private long _last = afterRevision;

    /// <summary>Reads the next changes; none when the consumer has seen everything.</summary>
    public async Task<IReadOnlyList<RegistryChange>> ReadAsync(CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var scope = context.ConfigureAwait(false);

        // Before the rows: what this query sees, the next one sees as well, and only pruning can have removed it.
        var head = await EntityFrameworkRevisionStore.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        if (head == _last)
        {
            return [];
        }

        if (head < _last)
        {
            return [Reset(head)];
        }

        var rows = await context.Changes
            .AsNoTracking()
            .Where(x => x.Revision > _last)
            .OrderBy(x => x.Revision)
            .Take(BatchSize)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return rows.Count == 0 ? [Reset(head)] : Connect(rows);
    }

    private List<RegistryChange> Connect(List<ChangeEntity> rows)
    {
        var changes = new List<RegistryChange>(rows.Count + 1);
        foreach (var row in rows)
        {
            if (row.Revision != _last + 1)
            {
                changes.Add(Reset(row.Revision - 1));
            }

            changes.Add(ChangeText.ToRecord(row));
            _last = row.Revision;
        }

        return changes;
    }

    private RegistryChange Reset(long revision)
    {
        _last = revision;
        return new RegistryChange
        {
            Revision = revision,
            Kind = RegistryChangeKind.Reset,
            Tenant = TenantId.Global,
            OccurredAt = time.GetUtcNow(),
        };
    }
}
