namespace McpRegistry.ResilienceDrill;

/// <summary>Looks at the memory of a process again and again.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _ending = new();
    private readonly DrillProcess _process;
    private readonly Task _watching;
    private double _peak;

    public MemoryWatch(DrillProcess process)
    {
        _process = process;
        First = _peak = process.Memory;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Gets what it had at first, in MiB.</summary>
    public double First { get; }

    /// <summary>Gets the most that it had, in MiB.</summary>
    public double Peak => Volatile.Read(ref _peak);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        _ending.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            Volatile.Write(ref _peak, Math.Max(_peak, _process.Memory));
            await Task.Delay(Glance, CancellationToken.None);
        }
    }
}
