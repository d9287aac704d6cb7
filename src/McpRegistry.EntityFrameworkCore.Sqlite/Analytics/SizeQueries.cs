using McpRegistry.Analytics;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Analytics;

/// <summary>Measures tables and indexes where SQLite was built with dbstat; elsewhere their sizes are not known.</summary>
internal static class SizeQueries
{
    private const string Schema = "main";

    private const string Objects =
        """
        SELECT type AS "Kind", name AS "Name", tbl_name AS "Table", {0} AS "Bytes",
            EXISTS (SELECT 1 FROM pragma_index_list(tbl_name) AS i WHERE i.name = sqlite_master.name AND i."unique") AS "IsKey"
        FROM sqlite_master WHERE type IN ('table', 'index') AND tbl_name NOT LIKE 'sqlite~_%' ESCAPE '~'
        """;

    private static readonly string Measured = Objects.Replace(
        "{0}", "(SELECT pgsize FROM dbstat WHERE aggregate = TRUE AND dbstat.name = sqlite_master.name)", StringComparison.Ordinal);

    private static readonly string Listed = Objects.Replace("{0}", "CAST(NULL AS INTEGER)", StringComparison.Ordinal);

    public static async Task<IReadOnlyList<TableSize>> ReadTablesAsync(RegistryDbContext context, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return
        [
            .. rows.GroupBy(row => row.Table, StringComparer.Ordinal)
                .Select(Measure)
                .OrderByDescending(size => size.TotalBytes)
                .ThenBy(size => size.Table, StringComparer.Ordinal),
        ];
    }

    public static async Task<IReadOnlyList<IndexUsage>> ReadIndexesAsync(RegistryDbContext context, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return
        [
            .. rows.Where(row => row.IsIndex)
                .OrderByDescending(row => row.Bytes)
                .ThenBy(row => row.Name, StringComparer.Ordinal)
                .Select(row => new IndexUsage
                {
                    Schema = Schema,
                    Table = row.Table,
                    Index = row.Name,
                    SizeBytes = row.Bytes,
                    IsKey = row.IsKey,
                }),
        ];
    }

    public static async Task<DatabaseSize> ReadDatabaseAsync(
        RegistryDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var objects = await context.Database
            .SqlQuery<Count>(
                $"""
                SELECT type AS "Kind", count(*) AS "Number" FROM sqlite_master
                WHERE tbl_name NOT LIKE 'sqlite~_%' ESCAPE '~' GROUP BY type
                """)
            .ToDictionaryAsync(count => count.Kind, count => count.Number, StringComparer.Ordinal, cancellationToken)
            .ConfigureAwait(false);
        var bytes = await context.Database
            .SqlQuery<long>($"SELECT page_count * page_size AS \"Value\" FROM pragma_page_count(), pragma_page_size()")
            .SingleAsync(cancellationToken)
            .ConfigureAwait(false);
        return new DatabaseSize
        {
            TotalBytes = bytes,
            TableCount = objects.GetValueOrDefault("table"),
            IndexCount = objects.GetValueOrDefault("index"),
            ViewCount = objects.GetValueOrDefault("view"),
            CheckedAt = now,
        };
    }

    private static TableSize Measure(IGrouping<string, SizeRow> rows)
    {
        var table = rows.Single(row => !row.IsIndex).Bytes;
        var indexes = table is null ? null : rows.Where(row => row.IsIndex).Sum(row => row.Bytes);
        return new TableSize
        {
            Schema = Schema,
            Table = rows.Key,
            TotalBytes = table + indexes,
            TableBytes = table,
            IndexBytes = indexes,
            IndexPercentage = table is { } own && indexes is { } other ? Rounding.Percentage(other, own + other) ?? 0 : null,
            IndexCount = rows.Count(row => row.IsIndex),
        };
    }

    private static async Task<List<SizeRow>> ReadAsync(RegistryDbContext context, CancellationToken cancellationToken)
    {
        var canMeasure = await context.Database
            .SqlQuery<int>($"SELECT count(*) AS \"Value\" FROM pragma_module_list WHERE name = 'dbstat'")
            .SingleAsync(cancellationToken)
            .ConfigureAwait(false) > 0;
        return await context.Database.SqlQueryRaw<SizeRow>(canMeasure ? Measured : Listed).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private sealed record Count(string Kind, long Number);

    private sealed record SizeRow(string Kind, string Name, string Table, long? Bytes, bool IsKey)
    {
        public bool IsIndex => string.Equals(Kind, "index", StringComparison.Ordinal);
    }
}
