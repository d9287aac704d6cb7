namespace McpRegistry.EntityFrameworkCore.Storage;

internal static class DatabaseReads
{
    /// <summary>Runs one query on a context of its own.</summary>
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
}
