using System.Runtime.CompilerServices;

namespace McpRegistry.Storage;

internal sealed class InMemoryChangeFeed(InMemoryDatabase database) : IRegistryChangeFeed
{
    public async IAsyncEnumerable<RegistryChange> WatchAsync(
        long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        for (var last = afterRevision; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (changes, next) = database.GetChanges(last);
            foreach (var change in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                last = change.Revision;
                yield return change;
            }

            if (changes.Count == 0)
            {
                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
