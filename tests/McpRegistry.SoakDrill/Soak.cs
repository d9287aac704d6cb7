namespace McpRegistry.SoakDrill;

/// <summary>
/// Opens as many sessions and as many subscriptions as told, has half of the clients vanish and the others end, and compares what
/// the gateway holds afterwards with what it held before. Before that comes one round of the same size that is not compared: it
/// fills pools and compiles code. Of several rounds the last one is compared.
/// </summary>
internal sealed class Soak(int clients, int rounds, TextWriter output)
{
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The web server gives back the blocks of its pool a few at a time, every ten seconds.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>From the last one's opening to the calls of those who stay no session may fall idle, on a slow machine too.</summary>
    private readonly TimeSpan _idle = TimeSpan.FromSeconds(10) + (TimeSpan.FromMilliseconds(25) * clients);

    /// <summary>The idle time is looked at four times while it lasts; then connections without use end, which takes half a minute.</summary>
    private TimeSpan Patience => (_idle * 1.5) + TimeSpan.FromSeconds(90);

    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mcp-registry-soak-");
        try
        {
            await using var upstreams = await DrillUpstreams.StartAsync(IdleConnection);
            using var gateway = await GatewayProcess.StartAsync(DrillSettings.For(clients, _idle, upstreams, Path.Combine(folder.FullName, "registry.db")));
            var quiet = await SettleAsync(gateway, upstreams, static one => one.UpstreamStreams == 2 && one.UpstreamCalls == 0);
            await output.WriteLineAsync($"{clients} sessions and {clients} subscriptions; the idle time is {_idle.TotalSeconds:0} s. Warm-up:");
            var (peak, before) = await RoundAsync(gateway, upstreams, one => one.OpenSince(quiet));
            if (before.OpenSince(quiet) is { Count: > 0 } open)
            {
                await PrintAsync(quiet, peak, before);
                return open;
            }

            var after = before;
            for (var round = 1; round <= rounds; round++)
            {
                await output.WriteLineAsync($"Round {round}:");
                (peak, after) = await RoundAsync(gateway, upstreams, one => one.HeldSince(before));
            }

            await PrintAsync(before, peak, after);
            await output.WriteLineAsync("Before is the end of the warm-up. Counts may not grow, files and timers by four that are in use at the moment; the managed heap (after a full collection) and, with 1,000 clients and more, the native heap and the resident memory that no file stands behind, without what the collector keeps free, by 10 %. The caches of the database are emptied before each measurement.");
            return after.GrownSince(before, clients);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Opens, has half of the clients vanish, lets the others work and end, and waits until nothing is left or patience is.</summary>
    private async Task<(Measurement Peak, Measurement After)> RoundAsync(
        GatewayProcess gateway, DrillUpstreams upstreams, Func<Measurement, IReadOnlyList<string>> left)
    {
        using var crowd = new Crowd(clients, gateway.Url, output.WriteLineAsync);
        await crowd.OpenAsync(_idle);
        var peak = await MeasureAsync(gateway, upstreams);
        if (peak.Gateway.Sessions != clients || peak.Gateway.ListenStreams != clients)
        {
            throw new InvalidOperationException($"At the peak the gateway has {peak.Gateway}");
        }

        await crowd.VanishAsync();
        await upstreams.ChangeAsync();
        await crowd.WorkAndEndAsync();
        var after = await SettleAsync(gateway, upstreams, one => left(one).Count == 0);
        await crowd.SayAsync(left(after) is { Count: > 0 } open ? $"not given back: {string.Join("; ", open)}" : "all is given back");
        after = await RestAsync(gateway, upstreams, after);
        await crowd.SayAsync(after.Memory);
        return (peak, after);
    }

    /// <summary>Pools give their memory back bit by bit when nothing happens.</summary>
    private async Task<Measurement> RestAsync(GatewayProcess gateway, DrillUpstreams upstreams, Measurement last)
    {
        for (var left = Patience; left > TimeSpan.Zero; left -= Rest)
        {
            await Task.Delay(Rest);
            var next = await MeasureAsync(gateway, upstreams);
            if (!next.IsShrinkingSince(last, clients))
            {
                return next;
            }

            last = next;
        }

        return last;
    }

    private async Task PrintAsync(Measurement before, Measurement peak, Measurement after)
    {
        foreach (var line in Measurement.Table(before, peak, after))
        {
            await output.WriteLineAsync(line);
        }
    }

    private async Task<Measurement> SettleAsync(GatewayProcess gateway, DrillUpstreams upstreams, Func<Measurement, bool> isBack)
    {
        for (var left = Patience; ; left -= Pause)
        {
            var measured = await MeasureAsync(gateway, upstreams);
            if (isBack(measured) || left <= TimeSpan.Zero)
            {
                return measured;
            }

            await Task.Delay(Pause);
        }
    }

    private static async Task<Measurement> MeasureAsync(GatewayProcess gateway, DrillUpstreams upstreams)
    {
        var census = await gateway.CountAsync();
        var (files, sockets) = gateway.CountFiles();
        return new Measurement(
            census, files, sockets, gateway.Read("Threads"), gateway.Read("RssAnon") * 1024, upstreams.Sessions, upstreams.Streams, upstreams.Calls, upstreams.Connections);
    }
}
