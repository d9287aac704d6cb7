namespace McpRegistry.ResilienceDrill;

/// <summary>
/// Four endpoints under the constant load of 16 clients, of which three break at once: one is killed, one is slow, one answers 500. Calls of the tool that is
/// read-only must not fail, those of the other one must not run twice, and afterwards all endpoints must have their share again, and nobody a rush.
/// </summary>
internal sealed class FaultDrill(DrillTerms terms, TextWriter output)
{
    public const int Clients = 16;

    /// <summary>So many failures in a row open a breaker. The ratio of a long window would need as many failures as there were successes in it.</summary>
    public const int FailuresToOpen = 5;

    private static readonly TimeSpan Service = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs the drill.</summary>
    /// <returns>What must not be.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        using var site = await DrillSite.StartAsync(
            Service,
            terms.Slow,
            ("Resilience:AttemptTimeout", terms.AttemptTimeout.ToString("c")),

            // With three of four broken at once a call may meet each of them before the last one.
            ("Resilience:Retry:MaxAttempts", "4"),
            ("Resilience:CircuitBreaker:Mode", "ConsecutiveFailures"),
            ("Resilience:CircuitBreaker:ConsecutiveFailures", $"{FailuresToOpen}"),
            ("Resilience:CircuitBreaker:BreakDuration", "00:00:01"),
            ("Resilience:CircuitBreaker:MaxBreakDuration", "00:00:04"),
            ("Balancing:SlowStart", "00:00:05"),
            ("Upstream:MaxReconnectDelay", "00:00:02"));
        var crowd = new Crowd(new DrillCaller(site.Http), Clients, "read", "write");
        crowd.Start();
        await Task.Delay(terms.Part);

        var probesBefore = await site.ReadProbesAsync();
        var began = Clock.Now;
        await Task.WhenAll(site.KillAsync(0), site.BehaveAsync(1, Manner.Slow), site.BehaveAsync(2, Manner.Fails));
        await Task.Delay(terms.Faults - Clock.Since(began));

        var probesDuring = await site.ReadProbesAsync();
        await Task.WhenAll(site.BehaveAsync(1, Manner.Well), site.BehaveAsync(2, Manner.Well));
        var ended = Clock.Now;
        await site.RestartAsync(0);
        var back = await WhenBackAsync(crowd, ended);
        var rest = terms.Part - Clock.Since(ended);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        var report = new FaultReport
        {
            Calls = await crowd.EndAsync(),
            Executions = [.. Enumerable.Range(0, DrillSite.EndpointCount).Select(site.ExecutionsOf)],
            Began = began,
            Ended = ended,
            Back = back,
            ProbesDuring = Differences(probesDuring, probesBefore),
            ProbesAfter = Differences(await site.ReadProbesAsync(), probesDuring),
        };
        await output.WriteLineAsync($"Faults for {terms.Faults.TotalSeconds:0.#} s: one endpoint killed, one takes {terms.Slow.TotalSeconds} s, one answers 500; {Clients} clients");
        foreach (var line in report.Table())
        {
            await output.WriteLineAsync(line);
        }

        return [.. report.Breaches(terms)];
    }

    /// <summary>Waits until each endpoint answers a tenth of the calls, or patience is over.</summary>
    private async Task<TimeSpan?> WhenBackAsync(Crowd crowd, long ended)
    {
        const int Fewest = 40;
        var last = crowd.Answered;
        while (Clock.Since(ended) < terms.Back)
        {
            await Task.Delay(Glance);
            var now = crowd.Answered;
            if (now.Sum() - last.Sum() >= Fewest)
            {
                if (now.Zip(last).Min(static pair => pair.First - pair.Second) * 10 >= now.Sum() - last.Sum())
                {
                    return Clock.Since(ended);
                }

                last = now;
            }
        }

        return null;
    }

    private static long[] Differences(long[] now, long[] before) => [.. now.Zip(before, static (one, other) => one - other)];
}
