using System.Globalization;

namespace McpRegistry.ResilienceDrill;

/// <summary>
/// Ten times as many calls as a server can take: most must be refused early and with a reason, those of a high priority answered all the same, the gateway must not
/// grow, and be as fast as before when it is over.
/// </summary>
internal sealed class OverloadDrill(DrillTerms terms, TextWriter output)
{
    private const int Places = 4;
    private const int Queue = 50;
    private const int Clients = 16;
    private const int Factor = 10;
    private const int WarmUp = 50;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Sight = TimeSpan.FromSeconds(2);

    /// <summary>Runs the drill.</summary>
    /// <returns>What must not be.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        using var site = await DrillSite.StartAsync(
            terms.Service,
            terms.Slow,
            ($"Resilience:Servers:{DrillSite.Server}:MaxConcurrent", $"{Places}"),
            ("Resilience:Queue:MaxQueued", $"{Queue}"),
            ("Resilience:Queue:MaxWait", terms.MaxWait.ToString("c")),

            // The tenant of the drill's key may have the highest one, and each call lowers its own.
            ($"Resilience:Queue:Priorities:{Guid.Empty}", "High"));
        var caller = new DrillCaller(site.Http);
        var speed = await MeasureAsync(caller);

        await using var memory = new MemoryWatch(site.Gateway);
        var offered = new OfferedLoad(caller, Factor * Places / terms.Service.TotalSeconds);
        await offered.RunAsync(terms.Overload);
        var ended = Clock.Now;
        var (fast, failed) = await RecoverAsync(caller, speed, ended);
        var report = new OverloadReport
        {
            Calls = await offered.RestAsync(),
            Length = terms.Overload,
            Capacity = Places / terms.Service.TotalSeconds,
            Speed = speed,
            FullSpeed = fast,
            FailedAfter = failed,
            MemoryBefore = memory.First,
            MemoryPeak = memory.Peak,
            MemoryAfter = site.Gateway.Memory,
        };
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Overload for {terms.Overload.TotalSeconds:0.#} s: {Places} calls of {terms.Service.TotalMilliseconds:0} ms at once, {Queue} may wait, {offered.Rate:0} a second come"));
        foreach (var line in report.Table())
        {
            await output.WriteLineAsync(line);
        }

        return [.. report.Breaches(terms)];
    }

    /// <summary>Measures how many calls a second there are while all places are taken and nobody is refused.</summary>
    private async Task<double> MeasureAsync(DrillCaller caller)
    {
        var crowd = new Crowd(caller, Clients, "read");
        crowd.Start();

        // What is compiled and connected first is no measure.
        while (crowd.Answered.Sum() < WarmUp)
        {
            await Task.Delay(Window);
        }

        var (began, first) = (Clock.Now, crowd.Answered.Sum());
        await Task.Delay(terms.Overload / 3);
        var speed = (crowd.Answered.Sum() - first) / Clock.Since(began).TotalSeconds;
        await crowd.EndAsync();
        return speed;
    }

    /// <summary>Goes on with as many clients as before the overload until they are as fast.</summary>
    /// <returns>When half a second was over in which they were, seen from the end of the overload; and what failed after the time that is granted.</returns>
    private async Task<(TimeSpan? Fast, int Failed)> RecoverAsync(DrillCaller caller, double speed, long ended)
    {
        const double Enough = 0.8;
        var crowd = new Crowd(caller, Clients, "read");
        crowd.Start();
        TimeSpan? fast = null;
        while (fast is null ? Clock.Since(ended) < terms.FullSpeed * 2 : Clock.Since(ended) < Sight)
        {
            var (began, first) = (Clock.Now, crowd.Answered.Sum());
            await Task.Delay(Window);
            fast ??= (crowd.Answered.Sum() - first) / Clock.Since(began).TotalSeconds >= Enough * speed ? Clock.Since(ended) : null;
        }

        var calls = await crowd.EndAsync();
        return (fast, calls.Count(call => call.Failed && call.Began > ended + Clock.Ticks(terms.FullSpeed)));
    }
}
