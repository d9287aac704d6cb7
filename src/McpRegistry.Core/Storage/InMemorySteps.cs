using System.Runtime.CompilerServices;
using McpRegistry.Auditing;

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

    /// <summary>Runs a write; its audit event is added when the step has recorded a change.</summary>
    public static ValueTask<T> WriteAsync<T>(this InMemoryDatabase database, AuditEvent? audit, Func<T> step, CancellationToken cancellationToken) =>
        database.RunAsync(
            () =>
            {
                var before = database.GetRevision();
                var result = step();
                if (audit is not null && database.GetRevision() != before)
                {
                    database.Trail.Add_NeedsLock(audit);
                }

                return result;
            },
            cancellationToken);

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
