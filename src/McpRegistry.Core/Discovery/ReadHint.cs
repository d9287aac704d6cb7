using McpRegistry.Protocol;

namespace McpRegistry.Discovery;

/// <summary>What a server said about keeping something, and when. The default is what nobody knows anything of.</summary>
/// <param name="Said">What the server said.</param>
/// <param name="ReadAt">When, as a timestamp of the time provider; 0 is never.</param>
internal readonly record struct ReadHint(CacheHint Said, long ReadAt)
{
    /// <summary>Returns what is left of it.</summary>
    public CacheHint Now(TimeProvider time) => ReadAt == 0 ? default : Said.After(time.GetElapsedTime(ReadAt));

    /// <summary>Adds a page of the same list: the clock of the whole starts with the first one.</summary>
    public ReadHint AndPage(CacheHint page, long readAt) => ReadAt == 0 ? new ReadHint(page, readAt) : this with { Said = Said.And(page) };
}
