using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Writes that are one statement in most stores.</summary>
internal static class RowWrites
{
    private const string VersionMember = "Version";

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

    /// <summary>Deletes a row in the version that is expected; the foreign keys take its children along.</summary>
    public static async ValueTask<StoreDeletion> DeleteAsync<TEntity>(
        this RegistryDatabase database,
        RowWrite row,
        long? expectedVersion,
        Func<RegistryDbContext, IQueryable<TEntity>> find,
        CancellationToken cancellationToken)
        where TEntity : class
    {
        var deletion = StoreDeletion.NotFound();
        await database
            .WriteAsync(
                row with { Operation = RegistryChangeOperation.Deleted },
                async (context, token) =>
                {
                    var isDeleted = await find(context).InVersion(expectedVersion).ExecuteDeleteAsync(token).ConfigureAwait(false) > 0;
                    deletion = isDeleted ? StoreDeletion.Success()
                        : expectedVersion is not null && await find(context).AnyAsync(token).ConfigureAwait(false) ? StoreDeletion.Stale()
                        : StoreDeletion.NotFound();
                    return isDeleted ? StoreResult<bool>.Success(true) : StoreResult<bool>.NotFound();
                },
                cancellationToken)
            .ConfigureAwait(false);
        return deletion;
    }

    /// <summary>Narrows rows that have versions to the one that is expected, if any is.</summary>
    public static IQueryable<TEntity> InVersion<TEntity>(this IQueryable<TEntity> rows, long? expectedVersion)
        where TEntity : class =>
        expectedVersion is { } version ? rows.Where(x => EF.Property<long>(x, VersionMember) == version) : rows;
}
