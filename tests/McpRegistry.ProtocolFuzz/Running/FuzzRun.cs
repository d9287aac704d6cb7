using System.Collections.Concurrent;
using System.Diagnostics;
using McpRegistry.ProtocolFuzz.Clients;

namespace McpRegistry.ProtocolFuzz.Running;

/// <summary>Runs cases until the processor time is used up, asks in between whether all is well, and looks at the end for what is left.</summary>
internal sealed class FuzzRun(FuzzWorld world, TextWriter output, string artifacts, CancellationToken stop)
{
    /// <summary>Many, since most of a case is waiting for one side or the other.</summary>
    private const int Workers = 64;
    private static readonly TimeSpan ShortestIdle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(150);
    private readonly ConcurrentDictionary<Category, (long Cases, long Exchanges)> _counts = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private int _last;

    public int Faults => _faults.Count;

    /// <summary>Runs single cases, as they are in a long run.</summary>
    public async Task RunOneAsync(int number)
    {
        await CaseAsync(number);
        CollectOthers();
    }

    /// <summary>Runs the first cases and looks at nothing but their answers.</summary>
    public async Task RunSomeAsync(int count)
    {
        await WhileAsync(() => Volatile.Read(ref _last) < count);
        CollectOthers();
    }

    public async Task RunAsync(TimeSpan warmUp, TimeSpan processorTime)
    {
        TaskScheduler.UnobservedTaskException += NoteUnobserved;
        await ForAsync("warm-up", warmUp);
        var start = await SettledAsync(null);
        await ForAsync("run", processorTime);
        var end = await SettledAsync(start);
        foreach (var leak in end.LeaksSince(start))
        {
            await FaultAsync("leak", $"{leak} (streams at {string.Join(' ', world.Servers.Conversations.StreamServers)})");
        }

        foreach (var request in world.Gateway.OpenRequests)
        {
            await FaultAsync("leak", $"never ended: {request}");
        }

        CollectOthers();
        TaskScheduler.UnobservedTaskException -= NoteUnobserved;
    }

    public async Task PrintAsync()
    {
        await output.WriteLineAsync($"\n{"category",-12} {"cases",9} {"exchanges",10}");
        foreach (var (category, (cases, exchanges)) in _counts.OrderBy(static count => count.Key))
        {
            await output.WriteLineAsync($"{category,-12} {cases,9} {exchanges,10}");
        }

        await output.WriteLineAsync($"{"in all",-12} {_counts.Values.Sum(static count => count.Cases),9} {_counts.Values.Sum(static count => count.Exchanges),10}");
        await output.WriteLineAsync($"exchanges with servers: {world.Servers.Exchanges} ({string.Join(", ", world.Servers.ByKind.OrderBy(static kind => kind.Key, StringComparer.Ordinal).Select(static kind => $"{kind.Key} {kind.Value}"))})");
        foreach (var (warning, count) in world.Log.Warnings.OrderBy(static warning => warning.Key, StringComparer.Ordinal))
        {
            await output.WriteLineAsync($"warned {count} times: {warning}");
        }
    }

    private async Task ForAsync(string phase, TimeSpan processorTime)
    {
        await output.WriteLineAsync($"{phase}: {processorTime.TotalSeconds:0} s of processor time");
        var end = Environment.CpuUsage.TotalTime + processorTime;
        await WhileAsync(() => Environment.CpuUsage.TotalTime < end);
    }

    private async Task WhileAsync(Func<bool> goesOn)
    {
        var began = Stopwatch.StartNew();
        using var done = new CancellationTokenSource();
        var pulse = new Pulse(world);
        var pulsing = pulse.RunAsync(done.Token);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested && goesOn())
            {
                await CaseAsync(Interlocked.Increment(ref _last));
            }
        })));
        await done.CancelAsync();
        await pulsing;
        foreach (var fault in pulse.Faults)
        {
            await FaultAsync("pulse", fault);
        }

        await output.WriteLineAsync($"{_last} cases after {began.Elapsed.TotalSeconds:0} s, with {pulse.Calls} proper exchanges in between");
    }

    private async Task CaseAsync(int number)
    {
        var made = CaseMaker.Make(world.Seed, number);
        var runner = new CaseRunner(world, made);
        IReadOnlyCollection<string> faults;
        try
        {
            faults = await runner.RunAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            faults = [$"The fuzzer itself failed: {exception}"];
        }

        _counts.AddOrUpdate(made.Category, _ => (1, runner.Exchanges), (_, count) => (count.Cases + 1, count.Exchanges + runner.Exchanges));
        foreach (var fault in faults)
        {
            await FaultAsync($"{number}", $"case {number} ({made.Category}): {fault}");
        }
    }

    /// <summary>Waits until what ends by itself has ended, as far as it does within its time.</summary>
    private async Task<Resources> SettledAsync(Resources? start)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            // Memory is asked for last, since a collection takes longer than anything else here.
            var now = Resources.Of(world);
            var isQuiet = now is { Sessions: 0, Suspended: 0, Streams: 0, Feeds: 0, GatewayConnections: 0 }
                && (start is null ? waited.Elapsed > ShortestIdle : !now.LeaksSince(start).Any());
            if (isQuiet || waited.Elapsed > LongestIdle)
            {
                now = now.WithMemory();
                if (waited.Elapsed > LongestIdle || start is null || !now.LeaksSince(start).Any())
                {
                    await output.WriteLineAsync($"quiet after {waited.Elapsed.TotalSeconds:0} s: {now}");
                    return now;
                }
            }

            await Task.Delay(1_000);
        }
    }

    private void CollectOthers()
    {
        while (world.Log.Errors.TryDequeue(out var error))
        {
            _faults.Enqueue(error);
            output.WriteLine($"logged: {error}");
        }

        while (world.Servers.Faults.TryDequeue(out var fault))
        {
            _faults.Enqueue(fault);
            output.WriteLine(fault);
        }
    }

    private void NoteUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved) =>
        world.Log.Errors.Enqueue($"A task failed and nobody looked: {unobserved.Exception}");

    private async Task FaultAsync(string name, string fault)
    {
        _faults.Enqueue(fault);
        Directory.CreateDirectory(artifacts);
        await File.AppendAllTextAsync(Path.Combine(artifacts, $"{world.Seed}-{name}.txt"), fault + "\n");
        lock (_faults)
        {
            output.WriteLine(fault.Length > 600 ? fault[..600] : fault);
        }
    }
}
