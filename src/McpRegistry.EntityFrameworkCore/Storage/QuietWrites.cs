namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Writes of what replicas need not notice: no revision rises and the change feed does not tell of them.</summary>
internal static class QuietWrites
{
    private const int MaxAttempts = 5;

    /// <summary>Runs a write in a transaction of its own, again if the database rolled it back to end a deadlock.</summary>
    public static async ValueTask<T> WriteQuietlyAsync<T>(
        this RegistryDatabase database, Func<RegistryDbContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await TryWriteAsync(database, write, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < MaxAttempts && database.Provider.Errors.IsDeadlock(exception))
            {
                // Another write took the same rows crosswise; it is through by now.
            }
        }
    }

    /// <summary>Runs a write that has nothing to tell, in the same way.</summary>
    public static async ValueTask WriteQuietlyAsync(
        this RegistryDatabase database, Func<RegistryDbContext, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        await database
            .WriteQuietlyAsync(
                async (context, token) =>
                {
                    await write(context, token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken)
            .ConfigureAwait(false);

    private static async Task<T> TryWriteAsync<T>(
        RegistryDatabase database, Func<RegistryDbContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        using var turn = await database.Provider.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        var context = await database.OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using var scope = context.ConfigureAwait(false);
        var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var result = await write(context, cancellationToken).ConfigureAwait(false);

            // A cancelled commit may or may not have happened, and what is added a second time would count twice.
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        }
    }
}
