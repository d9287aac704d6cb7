using System.Collections.Concurrent;

namespace McpRegistry.ResilienceDrill;

/// <summary>Calls that come at an even pace, whether the ones before have ended or not.</summary>
/// <param name="caller">Makes them.</param>
/// <param name="rate">How many a second.</param>
internal sealed class OfferedLoad(DrillCaller caller, double rate)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>Of 20 calls one matters most, ten the least; those that matter most are half of what the server can take.</summary>
    private static readonly string?[] Priorities = [.. Enumerable.Range(0, 20).Select(static turn => turn == 0 ? OverloadReport.High : turn % 2 == 0 ? OverloadReport.Normal : OverloadReport.Low)];

    private readonly ConcurrentBag<CallRecord> _ended = [];
    private readonly ConcurrentDictionary<Task, bool> _running = new();

    public double Rate => rate;

    /// <summary>Offers calls for a time; what the machine could not send in time is left out.</summary>
    public async Task RunAsync(TimeSpan length)
    {
        var began = Clock.Now;
        var sent = 0L;
        var most = (long)(rate * Step.TotalSeconds * 10);
        while (Clock.Since(began) is var gone && gone < length)
        {
            var due = (long)(gone.TotalSeconds * rate);
            sent = Math.Max(sent, due - most);
            for (; sent < due; sent++)
            {
                Send(Priorities[sent % Priorities.Length]);
            }

            await Task.Delay(Step);
        }
    }

    /// <summary>Waits for those that had not ended when the time was over.</summary>
    /// <returns>All calls.</returns>
    public async Task<IReadOnlyList<CallRecord>> RestAsync()
    {
        await Task.WhenAll(_running.Keys);
        return [.. _ended];
    }

    private void Send(string? priority)
    {
        var call = Task.Run(async () => _ended.Add(await caller.CallAsync("read", priority)));
        _running.TryAdd(call, true);
        _ = call.ContinueWith(ended => _running.TryRemove(ended, out _), TaskScheduler.Default);
    }
}
