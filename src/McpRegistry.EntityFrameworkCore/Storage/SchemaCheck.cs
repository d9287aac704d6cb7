using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Compares the database with what this version needs, because migrations may be run by hand, fail half way or be undone by
/// a restored backup. Without tables, columns and unique indexes nothing it keeps would be right; without the others it is
/// slow, or an analysis fails, and the start goes on.
/// </summary>
internal sealed partial class SchemaCheck(IDatabaseProvider provider, ILogger<SchemaCheck> logger)
{
    /// <summary>Looks at the database.</summary>
    /// <exception cref="InvalidOperationException">Something is missing that no promise can be kept without.</exception>
    public async Task VerifyAsync(RegistryDbContext context, CancellationToken cancellationToken)
    {
        var catalogue = provider.Schema;
        var present = (await context.Database.SqlQueryRaw<string>(catalogue.ObjectsSql).ToListAsync(cancellationToken).ConfigureAwait(false))
            .ToHashSet(StringComparer.Ordinal);
        var missing = context.Model.GetRelationalModel().Tables.SelectMany(table => FindMissing(table, present)).ToArray();
        if (missing.Length > 0)
        {
            throw new InvalidOperationException(
                $"The database lacks what this version of McpRegistry needs: {string.Join(", ", missing)}. Apply the migrations: "
                + $"switch {nameof(DatabaseStorageOptions)}.{nameof(DatabaseStorageOptions.MigrateAtStart)} on, or run the migration "
                + "script. Where all are applied already, the schema was changed by hand or by a restore.");
        }

        ReportIndexes(context, present);
        foreach (var line in catalogue.Extras.Where(line => !present.Contains(line)))
        {
            LogMissingObject(line, catalogue.WriteExtra(line));
        }
    }

    private static IEnumerable<string> FindMissing(ITable table, HashSet<string> present)
    {
        if (!present.Contains($"table {table.Name}"))
        {
            return [$"table {table.Name}"];
        }

        return table.Columns.Select(column => $"column {table.Name}.{column.Name}")
            .Concat(table.Indexes.Where(index => index.IsUnique).Select(index => $"index {index.Name}"))
            .Where(line => !present.Contains(line));
    }

    private void ReportIndexes(RegistryDbContext context, HashSet<string> present)
    {
        var missing = RegistryIndexes.All.Where(index => !present.Contains($"index {index.Name}")).ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        var statements = context.Database.GenerateCreateScript().Split(';', StringSplitOptions.TrimEntries);
        foreach (var index in missing)
        {
            var statement = Array.Find(statements, statement => IsFor(statement, index.Name));
            LogMissingIndex(index.Name, index.Table, provider.Schema.WriteIndex(index.Name, statement));
        }
    }

    private static bool IsFor(string statement, string index) =>
        statement.StartsWith("CREATE ", StringComparison.Ordinal)
        && (statement.Contains($"INDEX {index} ", StringComparison.Ordinal) || statement.Contains($"INDEX \"{index}\" ", StringComparison.Ordinal));

    [LoggerMessage(9003, LogLevel.Warning, "The index {Index} of {Table} is missing or invalid, so queries are slow; make it again with: {Statement}")]
    private partial void LogMissingIndex(string index, string table, string statement);

    [LoggerMessage(9004, LogLevel.Warning, "The {Object} is missing, so an analysis fails; make it again with: {Statement}")]
    private partial void LogMissingObject(string @object, string statement);
}
