using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Reads that need one query and thus no transaction.</summary>
internal static class DatabaseReads
{
    public static async ValueTask<T> ReadAsync<T>(
        this RegistryDatabase database, Func<RegistryDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            return await read(context, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the row that a query finds; null when there is none.</summary>
    public static ValueTask<TRecord?> FindAsync<TEntity, TRecord>(
        this RegistryDatabase database,
        Func<RegistryDbContext, IQueryable<TEntity>> find,
        Func<TEntity, TRecord> toRecord,
        CancellationToken cancellationToken)
        where TEntity : class
        where TRecord : class => database.ReadAsync(
        async (context, token) => await find(context).AsNoTracking().SingleOrDefaultAsync(token).ConfigureAwait(false) is { } entity
            ? toRecord(entity)
            : null,
        cancellationToken);

    /// <summary>Reads all rows that a query finds.</summary>
    public static ValueTask<IReadOnlyList<TRecord>> ListAsync<TRow, TRecord>(
        this RegistryDatabase database,
        Func<RegistryDbContext, IQueryable<TRow>> find,
        Func<TRow, TRecord> toRecord,
        CancellationToken cancellationToken)
        where TRow : class => database.ReadAsync<IReadOnlyList<TRecord>>(
        async (context, token) =>
        {
            var rows = await find(context).AsNoTracking().ToListAsync(token).ConfigureAwait(false);
            return [.. rows.Select(toRecord)];
        },
        cancellationToken);

    /// <summary>Gives out the rows of one query as they arrive; they all are of one state.</summary>
    public static async IAsyncEnumerable<T> StreamAsync<T>(
        this RegistryDatabase database, Func<RegistryDbContext, IAsyncEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var scope = context.ConfigureAwait(false);
        await foreach (var row in read(context).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }
}
