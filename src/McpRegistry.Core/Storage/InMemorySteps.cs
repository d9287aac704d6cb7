using System.Runtime.CompilerServices;

namespace McpRegistry.Storage;

/// <summary>How an in-memory store answers: cancelled when the caller is, else at once and under the lock.</summary>
internal static class InMemorySteps
{
    public static ValueTask<T> RunAsync<T>(this InMemoryDatabase database, Func<T> step, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        lock (database.Gate)
        {
            return ValueTask.FromResult(step());
        }
    }

    public static ValueTask RunAsync(this InMemoryDatabase database, Action step, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        lock (database.Gate)
        {
            step();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Gives out rows as they were when the first was asked for.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        this InMemoryDatabase database, Func<T[]> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in await database.RunAsync(read, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }
}
