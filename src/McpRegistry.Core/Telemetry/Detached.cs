namespace McpRegistry.Telemetry;

/// <summary>Starts work that outlives the call which happened to cause it: what it sends later is no part of that call's trace.</summary>
internal static class Detached
{
    public static Task Run(Func<Task> work) => Run(work, static started => Task.Run(started));

    public static Task<T> Run<T>(Func<Task<T>> work) => Run(work, static started => Task.Run(started));

    private static TTask Run<TWork, TTask>(TWork work, Func<TWork, TTask> start)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return start(work);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return start(work);
        }
    }
}
