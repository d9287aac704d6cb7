namespace McpRegistry.Storage;

/// <summary>The last changes of <see cref="InMemoryDatabase"/>, whose lock guards them. Their revisions follow one another.</summary>
internal sealed class InMemoryChanges
{
    private const int Capacity = 10_000;

    private readonly List<RegistryChange> _kept = [];
    private TaskCompletionSource _next = Create();

    /// <summary>Gets what the next change completes.</summary>
    public Task Next => _next.Task;

    public void Add(RegistryChange change)
    {
        if (_kept.Count == 2 * Capacity)
        {
            _kept.RemoveRange(0, Capacity);
        }

        _kept.Add(change);
        _next.SetResult();
        _next = Create();
    }

    /// <summary>Forgets all changes, as it forgets old ones when there are many.</summary>
    public void Clear() => _kept.Clear();

    public IReadOnlyList<RegistryChange> After(long revision, long head, TimeProvider time)
    {
        if (revision == head)
        {
            return [];
        }

        var first = head - _kept.Count;
        return revision > head || _kept.Count == 0
            ? [Reset(head, time)]
            : revision < first
                ? [Reset(first, time), .. _kept]
                : _kept.GetRange((int)(revision - first), (int)(head - revision));
    }

    private static RegistryChange Reset(long revision, TimeProvider time) =>
        new() { Revision = revision, Kind = RegistryChangeKind.Reset, OccurredAt = time.GetUtcNow() };

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
