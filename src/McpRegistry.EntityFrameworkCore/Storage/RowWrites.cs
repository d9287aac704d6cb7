using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Writes that are one statement in most stores.</summary>
internal static class RowWrites
{
    public static ValueTask<StoreResult<TRecord>> InsertAsync<TEntity, TRecord>(
        this RegistryDatabase database, RowWrite row, TEntity entity, Func<TEntity, TRecord> toRecord, CancellationToken cancellationToken)
        where TEntity : class => database.WriteAsync(
        row,
        async (context, token) =>
        {
            context.Add(entity);
            await context.SaveChangesAsync(token).ConfigureAwait(false);
            return StoreResult<TRecord>.Success(toRecord(entity));
        },
        cancellationToken);

    /// <summary>Deletes a row; the foreign keys take its children along.</summary>
    /// <returns>Whether the row was there.</returns>
    public static async ValueTask<bool> DeleteAsync<TEntity>(
        this RegistryDatabase database, RowWrite row, Func<RegistryDbContext, IQueryable<TEntity>> find, CancellationToken cancellationToken)
    {
        var result = await database
            .WriteAsync(
                row with { Operation = RegistryChangeOperation.Deleted },
                async (context, token) => await find(context).ExecuteDeleteAsync(token).ConfigureAwait(false) == 0
                    ? StoreResult<bool>.NotFound()
                    : StoreResult<bool>.Success(true),
                cancellationToken)
            .ConfigureAwait(false);
        return result.Succeeded;
    }
}
