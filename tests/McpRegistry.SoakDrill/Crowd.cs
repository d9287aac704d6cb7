using System.Diagnostics;

namespace McpRegistry.SoakDrill;

/// <summary>The clients of one round: as many of the session revisions as of 2026-07-28.</summary>
internal sealed class Crowd : IDisposable
{
    private const int AtOnce = 16;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Func<string, Task> _say;
    private readonly DrillClient[] _all;

    public Crowd(int count, Uri gateway, Func<string, Task> say)
    {
        _say = say;
        _all = [.. Enumerable.Range(0, count).SelectMany(number => Create(new ClientPlan(number), gateway))];
    }

    private IEnumerable<DrillClient> Vanishing => _all.Where(client => client.Plan.Vanishes);

    private IEnumerable<DrillClient> Staying => _all.Where(client => !client.Plan.Vanishes);

    /// <summary>Opens all. Those that are open must not fall idle while the others are still being opened.</summary>
    public async Task OpenAsync(TimeSpan idle)
    {
        using var opened = new CancellationTokenSource();
        var keeping = KeepAsync(idle / 4, opened.Token);
        await ForEachAsync(_all, static client => client.OpenAsync());
        await opened.CancelAsync();
        await keeping;
        await SayAsync("all are open");
    }

    /// <summary>Half of the clients go without a word.</summary>
    public async Task VanishAsync()
    {
        var replaced = 0;
        await ForEachAsync(Vanishing, async client => Interlocked.Add(ref replaced, await client.GoAsync() ? 0 : 1));
        var manners = Vanishing.GroupBy(client => client.Plan.Manner).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}");
        await SayAsync($"half of them vanish: {string.Join(", ", manners)}");
        if (replaced > 0)
        {
            await SayAsync($"{replaced} of these were reset instead of falling silent, which needs CAP_NET_ADMIN");
        }
    }

    /// <summary>The others must have been told of the changes, must be able to call, and end properly.</summary>
    public async Task WorkAndEndAsync()
    {
        await ForEachAsync(Staying, static client => client.HearAsync());
        await ForEachAsync(Staying, static client => client.CallAsync());
        await SayAsync($"the other {Staying.Count()} have called, and {Staying.Count(client => client.IsWatching)} of them have streams and were told of both changes");
        await ForEachAsync(Staying, static client => client.GoAsync());
        await SayAsync("they have ended");
    }

    public Task SayAsync(string what) => _say($"{_watch.Elapsed.TotalSeconds,7:0.0} s  {what}");

    public void Dispose()
    {
        foreach (var client in _all)
        {
            client.Dispose();
        }
    }

    private async Task KeepAsync(TimeSpan pause, CancellationToken opened)
    {
        using var timer = new PeriodicTimer(pause);
        try
        {
            while (await timer.WaitForNextTickAsync(opened))
            {
                await ForEachAsync(_all, static client => client.KeepAsync());
            }
        }
        catch (OperationCanceledException)
        {
            // All are open.
        }
    }

    private static IEnumerable<DrillClient> Create(ClientPlan plan, Uri gateway)
    {
        yield return new LegacyDrillClient(plan, gateway, new ClientSockets(DrillSettings.Key));
        yield return new ModernDrillClient(plan, gateway, new ClientSockets(DrillSettings.Key));
    }

    private static Task ForEachAsync(IEnumerable<DrillClient> clients, Func<DrillClient, Task> act) =>
        Parallel.ForEachAsync(clients, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (client, _) => await act(client));
}
