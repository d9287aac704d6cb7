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
    /// <summary>Bounds the statement of a write that changes many rows, such as the rotation of a key with its rules.</summary>
    private const int RowsAtOnce = 200;

    // The time, and what names all tenants; the provider's statement names the latter too.
    private const int SharedParameters = 2;
    private const int ParametersOfRow = 4;

    private readonly string _sql = Raise(0) + provider.AnnounceSql;

    /// <summary>Records changes of one write, in their order, in one round trip for a few hundred of them.</summary>
    public async Task RecordAsync(RegistryDbContext context, IReadOnlyList<RowWrite> rows, CancellationToken cancellationToken)
    {
        var at = ToColumn(context, StoredTime.Normalize(time.GetUtcNow()));
        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            var sql = chunk.Length == 1 ? _sql : string.Concat(Enumerable.Range(0, chunk.Length).Select(Raise)) + provider.AnnounceSql;
            await context.Database.ExecuteSqlRawAsync(sql, [at, Guid.Empty, .. chunk.SelectMany(ParametersOf)], cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Raise(int row)
    {
        var first = SharedParameters + (row * ParametersOfRow);
        return $$"""
            INSERT INTO registry_revisions (tenant_id, scope, revision)
            VALUES ({{{first}}}, 'tenant', 1), ({1}, 'all', 1)
            ON CONFLICT (tenant_id, scope) DO UPDATE SET revision = registry_revisions.revision + 1;
            INSERT INTO registry_changes (revision, tenant_id, kind, entity_id, operation, occurred_at)
            SELECT revision, {{{first}}}, {{{first + 1}}}, {{{first + 2}}}, {{{first + 3}}}, {0} FROM registry_revisions WHERE tenant_id = {1} AND scope = 'all';

            """;
    }

    private static IEnumerable<object> ParametersOf(RowWrite row) => [row.Tenant.Value, ChangeText.Write(row.Kind), row.Id, ChangeText.Write(row.Operation)];

    /// <summary>Raw SQL knows no columns, so the provider's form of a time is applied here.</summary>
    private static object ToColumn(RegistryDbContext context, DateTimeOffset value) =>
        context.Model.FindEntityType(typeof(ChangeEntity))!.FindProperty(nameof(ChangeEntity.OccurredAt))!
            .GetTypeMapping().Converter?.ConvertToProvider(value) ?? value;
}
