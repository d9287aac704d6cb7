using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

internal static class VersionedRows
{
    /// <summary>Tells how an update ended that asked for one version: by the row as it is now, or by why there was none.</summary>
    /// <param name="stored">The row, whatever its version.</param>
    /// <param name="updated">How many rows were updated.</param>
    /// <param name="toRecord">Makes the record of the row.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public static async Task<StoreResult<TRecord>> AfterUpdateAsync<TEntity, TRecord>(
        this IQueryable<TEntity> stored, int updated, Func<TEntity, TRecord> toRecord, CancellationToken cancellationToken)
        where TEntity : class
    {
        var row = await stored.AsNoTracking().SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return row is null ? StoreResult<TRecord>.NotFound()
            : updated == 0 ? StoreResult<TRecord>.Stale()
            : StoreResult<TRecord>.Success(toRecord(row));
    }
}
