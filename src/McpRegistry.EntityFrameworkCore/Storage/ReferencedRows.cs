using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Looks before a foreign key does, because only one of the two databases tells which key failed. The row is kept until
/// the transaction ends, so that the key cannot fail afterwards.
/// </summary>
internal static class ReferencedRows
{
    public static Task<bool> KeepRowAsync<T>(
        this RegistryDbContext context, IDatabaseProvider provider, Guid id, CancellationToken cancellationToken)
        where T : class =>
        IsThereAsync<T>(context, "id = {0}" + provider.KeepRowsSql, [id], cancellationToken);

    /// <summary>Keeps a row that must belong to the tenant.</summary>
    public static Task<bool> KeepRowAsync<T>(
        this RegistryDbContext context, IDatabaseProvider provider, Guid tenant, Guid id, CancellationToken cancellationToken)
        where T : class =>
        IsThereAsync<T>(context, "id = {0} AND tenant_id = {1}" + provider.KeepRowsSql, [id, tenant], cancellationToken);

    /// <summary>
    /// Keeps others from naming a row of a tenant until the transaction ends, and waits for those who are about to. What is read after it
    /// includes all of theirs.
    /// </summary>
    public static Task<bool> HoldRowAsync<T>(
        this RegistryDbContext context, IDatabaseProvider provider, TenantId tenant, Guid id, CancellationToken cancellationToken)
        where T : class =>
        IsThereAsync<T>(context, "id = {0} AND tenant_id = {1}" + provider.HoldRowsSql, [id, tenant.Value], cancellationToken);

    private static async Task<bool> IsThereAsync<T>(RegistryDbContext context, string condition, object[] values, CancellationToken cancellationToken)
        where T : class
    {
        var table = context.Model.FindEntityType(typeof(T))!.GetTableName();
        var sql = $"SELECT 1 AS \"Value\" FROM {table} WHERE {condition}";
        var found = await context.Database
            .SqlQueryRaw<int>(sql, values)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return found.Count > 0;
    }
}
