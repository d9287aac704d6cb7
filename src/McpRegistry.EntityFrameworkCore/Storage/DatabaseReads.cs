using System.Runtime.CompilerServices;

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
