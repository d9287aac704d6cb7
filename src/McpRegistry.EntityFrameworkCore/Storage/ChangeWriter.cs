using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Raises both revisions and records the change under the new one.</summary>
/// <remarks>
/// It is the last thing a write does, in one round trip, so that the row which all writers share is locked for as short as
/// possible. That lock is what orders the feed. A writer holds it until its commit is visible, and only then can the next
/// writer raise the revision: whoever sees revision N sees all rows up to N. On PostgreSQL this holds at READ COMMITTED,
/// where the waiting writer reads the row again after the lock, and at REPEATABLE READ, where it fails and runs again. On
/// SQLite there is one writer at a time.
/// </remarks>
internal sealed class ChangeWriter(IDatabaseProvider provider, TimeProvider time)
{
    private const string Raise =
        """
        INSERT INTO registry_revisions (tenant_id, scope, revision)
        VALUES ({0}, 'tenant', 1), ({1}, 'all', 1)
        ON CONFLICT (tenant_id, scope) DO UPDATE SET revision = registry_revisions.revision + 1;
        INSERT INTO registry_changes (revision, tenant_id, kind, entity_id, operation, occurred_at)
        SELECT revision, {0}, {2}, {3}, {4}, {5} FROM registry_revisions WHERE tenant_id = {1} AND scope = 'all';

        """;

    private readonly string _sql = Raise + provider.AnnounceSql;

    public Task RecordAsync(RegistryDbContext context, RowWrite row, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(
            _sql,
            [
                row.Tenant.Value,
                Guid.Empty,
                ChangeText.Write(row.Kind),
                row.Id,
                ChangeText.Write(row.Operation),
                ToColumn(context, StoredTime.Normalize(time.GetUtcNow())),
            ],
            cancellationToken);

    /// <summary>Raw SQL knows no columns, so the provider's form of a time is applied here.</summary>
    private static object ToColumn(RegistryDbContext context, DateTimeOffset value) =>
        context.Model.FindEntityType(typeof(ChangeEntity))!.FindProperty(nameof(ChangeEntity.OccurredAt))!
            .GetTypeMapping().Converter?.ConvertToProvider(value) ?? value;
}
