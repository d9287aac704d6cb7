namespace McpRegistry.TestSupport;

/// <summary>Counts what code allocates on its own thread.</summary>
public static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// Runs the code several times and counts the least that a run allocated. The runtime allocates on the same thread once in a
    /// while, when it replaces compiled code or fills its caches; what the code itself allocates is in every run.
    /// </summary>
    /// <param name="action">The code, with its warm-up behind it where that is long.</param>
    /// <returns>Bytes.</returns>
    public static long Of(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
