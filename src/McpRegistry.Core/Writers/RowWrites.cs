namespace McpRegistry.Writers;

/// <summary>
/// Writes rows in as few writes as it can. A store that fails is tried again. A row that the store refuses for good (an
/// <see cref="ArgumentException"/>) is found by halving, so that it holds up neither its neighbours nor what comes behind.
/// </summary>
/// <typeparam name="T">The row.</typeparam>
/// <param name="retrying">Tries again.</param>
/// <param name="write">Writes some rows, all or none.</param>
/// <param name="refused">Told of a row that can never be written, and why.</param>
internal sealed class RowWrites<T>(
    RetryingWrite retrying, Func<IReadOnlyList<T>, CancellationToken, ValueTask> write, Action<T, Exception> refused)
{
    /// <summary>Empties a list by writing it; after an exception the list holds what is neither written nor refused.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="failed">Called after each failure that may pass.</param>
    /// <param name="abandoned">Ends the tries; throws <see cref="OperationCanceledException"/>.</param>
    public async Task RunAsync(List<T> rows, Action? failed, CancellationToken abandoned)
    {
        var take = rows.Count;
        while (rows.Count > 0)
        {
            var part = take == rows.Count ? rows : rows.GetRange(0, take);
            try
            {
                await retrying.RunAsync(take, token => write(part, token), failed, abandoned).ConfigureAwait(false);
            }
            catch (ArgumentException) when (take > 1)
            {
                take /= 2;
                continue;
            }
            catch (ArgumentException exception)
            {
                retrying.TellRefused(exception);
                refused(rows[0], exception);
            }

            rows.RemoveRange(0, take);
            take = rows.Count;
        }
    }
}
