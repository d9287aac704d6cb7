namespace McpRegistry.Storage;

/// <summary>
/// Tells what was written to the store, by whichever replica. Implementations are thread-safe singletons, and any number
/// of consumers may watch at once.
/// </summary>
/// <remarks>
/// <para>What a consumer may rely on:</para>
/// <list type="bullet">
/// <item>Every committed write appears exactly once, and changes come in the order of their revisions. A write that was
/// rolled back never appears.</item>
/// <item>A consumer that starts after revision R sees every change after R, or a <see cref="RegistryChangeKind.Reset"/>
/// where changes are no longer kept. Nothing is missed silently, not even when a connection drops.</item>
/// <item>A change is only given out when a read of the store sees it.</item>
/// </list>
/// <para>
/// A store that cannot be read makes the enumeration throw; the consumer then watches again from the last revision that
/// it has applied. A change says what was written and not how the row looks now: read the store, which may already be newer.
/// </para>
/// </remarks>
public interface IRegistryChangeFeed
{
    /// <summary>Gives the changes after a revision, and waits for the next one when there is none. It never ends by itself.</summary>
    /// <param name="afterRevision">
    /// The last revision that the consumer knows, from <see cref="IRevisionStore"/> or from the last change; 0 for all. One
    /// that the store has not reached (it was restored from a backup) is answered with a reset.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The changes.</returns>
    IAsyncEnumerable<RegistryChange> WatchAsync(long afterRevision, CancellationToken cancellationToken);
}
