using System.Globalization;
using McpRegistry.EntityFrameworkCore.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Maintenance;

/// <summary>Reads how many bytes of the file a table or index takes, where SQLite was built with that ability.</summary>
internal static class SqliteSizes
{
    public static async Task<long?> ReadAsync(RegistryDbContext context, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var isThere = await context
            .ReadValueAsync("SELECT count(*) FROM pragma_module_list WHERE name = 'dbstat'", cancellationToken)
            .ConfigureAwait(false);
        if (Convert.ToInt64(isThere, CultureInfo.InvariantCulture) == 0)
        {
            return null;
        }

        var bytes = 0L;
        foreach (var name in names)
        {
            var size = await context
                .ReadValueAsync("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name = {0} AND aggregate = TRUE", cancellationToken, name)
                .ConfigureAwait(false);
            bytes += Convert.ToInt64(size, CultureInfo.InvariantCulture);
        }

        return bytes;
    }
}
