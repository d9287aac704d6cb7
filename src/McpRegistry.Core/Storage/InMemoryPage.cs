namespace McpRegistry.Storage;

/// <summary>Cuts one page out of rows that are listed by id.</summary>
internal static class InMemoryPage
{
    public static IReadOnlyList<T> Take<T>(IEnumerable<T> rows, Func<T, Guid> id, Guid? afterId, int limit) =>
    [
        .. rows
            .Where(row => afterId is not { } after || id(row).CompareTo(after) > 0)
            .OrderBy(id)
            .Take(limit),
    ];
}
