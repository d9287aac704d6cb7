using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Looks before a foreign key does, because only one of the two databases tells which key failed. The row is kept until
/// the transaction ends, so that the key cannot fail afterwards.
/// </summary>
internal static class ReferencedRows
{
    public static async Task<bool> KeepRowAsync<T>(
        this RegistryDbContext context, IDatabaseProvider provider, Guid id, CancellationToken cancellationToken)
        where T : class
    {
        var table = context.Model.FindEntityType(typeof(T))!.GetTableName();
        var sql = $"SELECT 1 AS \"Value\" FROM {table} WHERE id = {{0}}{provider.KeepRowsSql}";
        var found = await context.Database
            .SqlQueryRaw<int>(sql, id)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return found.Count > 0;
    }
}
