namespace McpRegistry.Maintenance;

/// <summary>Offers nothing: what is kept in memory only is bounded by the number of its rows, by whoever keeps it.</summary>
internal sealed class InMemoryRetentionTarget : IRetentionTarget
{
    public IReadOnlyList<RetentionTable> Tables => [];

    public ValueTask<long> CountAsync(RetentionSelection selection, CancellationToken cancellationToken) => throw Refuse(selection);

    public ValueTask<int> DeleteAsync(RetentionSelection selection, int limit, CancellationToken cancellationToken) => throw Refuse(selection);

    private static ArgumentException Refuse(RetentionSelection selection) =>
        new($"Nothing can be deleted from {selection.Table} here.", nameof(selection));
}
