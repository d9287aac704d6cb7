using System.Globalization;

namespace McpRegistry.ResilienceDrill;

/// <summary>What was seen while endpoints were broken.</summary>
internal sealed class FaultReport
{
    private static readonly string[] Endpoints = ["killed", "slow", "500", "well"];
    private static readonly TimeSpan FirstMoment = TimeSpan.FromSeconds(1);

    /// <summary>A share says nothing about fewer calls.</summary>
    private const int FewestForShare = 100;

    public required IReadOnlyList<CallRecord> Calls { get; init; }

    /// <summary>Gets what each endpoint ran, and when.</summary>
    public required IReadOnlyList<(long At, string Call)>[] Executions { get; init; }

    /// <summary>Gets when the faults began.</summary>
    public required long Began { get; init; }

    /// <summary>Gets when they were over, but for the start of the process that was killed.</summary>
    public required long Ended { get; init; }

    /// <summary>Gets after how long all endpoints had their share again; null when they had not.</summary>
    public required TimeSpan? Back { get; init; }

    /// <summary>Gets how many probes each endpoint got while it was broken.</summary>
    public required long[] ProbesDuring { get; init; }

    /// <summary>Gets how many it got afterwards.</summary>
    public required long[] ProbesAfter { get; init; }

    public IEnumerable<string> Table()
    {
        var phases = (CallRecord[][])[[.. Calls.Where(call => call.Began < Began)], [.. Calls.Where(call => call.Began >= Began && call.Began < Ended)], [.. Calls.Where(call => call.Began >= Ended)]];
        yield return Line("", ["before", "during", "after"]);
        foreach (var tool in (string[])["read", "write"])
        {
            CallRecord[][] own = [.. phases.Select(phase => phase.Where(call => call.Kind == tool).ToArray())];
            yield return Line($"{tool}: calls", own.Select(static calls => $"{calls.Length}"));
            yield return Line($"{tool}: failed", own.Select(static calls => $"{calls.Count(static call => call.Failed)}"));
            yield return Line($"{tool}: p50 / p99, ms", own.Select(Latencies.Describe));
        }

        yield return Line("endpoint", Endpoints);
        yield return Line("calls while it was broken", Executions.Select(runs => $"{During(runs)}"));
        yield return Line("probes among them", ProbesDuring.Select(static probes => $"{probes}"));
        yield return Line("probes afterwards", ProbesAfter.Select(static probes => $"{probes}"));
        yield return Line("first second back, of all", Executions.Select(runs => FirstOf(runs) is var (own, all) ? $"{own} of {all}" : "-"));
        yield return $"Reads that failed: {Latencies.Reasons(Calls.Where(static call => call.Kind == "read"))}";
        yield return $"Writes that failed: {Latencies.Reasons(Calls.Where(static call => call.Kind == "write"))}";
        var runs = Runs();
        yield return $"Runs: {runs.Count(static run => IsWrite(run.Key))} writes, {runs.Count(static run => IsWrite(run.Key) && run.Value > 1)} of them more than once; "
            + $"{runs.Count(static run => !IsWrite(run.Key))} reads, {runs.Count(static run => !IsWrite(run.Key) && run.Value > 1)} of them more than once";
        yield return Back is { } back
            ? string.Create(CultureInfo.InvariantCulture, $"All endpoints had a tenth of the calls {back.TotalSeconds:0.0} s after the faults.")
            : "Not all endpoints had their share again.";
    }

    /// <summary>Names what must not be.</summary>
    public IEnumerable<string> Breaches(DrillTerms terms)
    {
        var runs = Runs();
        string[] breaches =
        [
            Unless(Calls.Any(static call => !call.Failed), "no call was answered at all"),
            Unless(!Calls.Any(static call => call is { Kind: "read", Failed: true }), "calls failed that may be repeated"),
            Unless(!runs.Any(static run => IsWrite(run.Key) && run.Value > 1), "calls ran twice that must not"),
            Unless(Calls.Where(static call => !call.Failed).All(call => runs.ContainsKey(call.Id)), "calls were answered that never ran"),
            Unless(!Calls.Any(call => call.Failed && (call.Ended < Began || call.Began > Ended)), "calls failed while nothing was broken"),
            Unless(LostWrites <= MostLostWrites, $"{LostWrites} calls failed that may not be repeated, more than {MostLostWrites}"),
            Unless(Back is not null, $"not all endpoints had a tenth of the calls {terms.Back.TotalSeconds:0} s after the faults"),
        ];
        return breaches.Concat(Enumerable.Range(0, Executions.Length - 1).SelectMany(Rushes)).Where(static breach => breach.Length > 0);
    }

    private int LostWrites => Calls.Count(static call => call is { Kind: "write", Failed: true });

    /// <summary>
    /// What may be lost of the calls that are never repeated, at each broken endpoint: what opens its breaker, what is under way there by then, which is at most one
    /// call of each client that makes such calls, and the probes, each of which may be one.
    /// </summary>
    private long MostLostWrites => Enumerable.Range(0, Executions.Length - 1).Sum(endpoint => FaultDrill.FailuresToOpen + (FaultDrill.Clients / 2) + ProbesDuring[endpoint]);

    private IEnumerable<string> Rushes(int endpoint)
    {
        // What opens the breaker, with what is under way then and what has just chosen it; after that only probes.
        var most = FaultDrill.FailuresToOpen + (2 * FaultDrill.Clients) + ProbesDuring[endpoint];
        yield return Unless(During(Executions[endpoint]) <= most, $"the endpoint '{Endpoints[endpoint]}' got more than {most} calls while it was broken");
        yield return Unless(
            FirstOf(Executions[endpoint]) is not var (own, all) || all < FewestForShare || own * 5 <= all * 2, $"two of five calls rushed to the endpoint '{Endpoints[endpoint]}' when it was back");
    }

    private int During(IReadOnlyList<(long At, string Call)> runs) => runs.Count(run => run.At >= Began && run.At < Ended);

    /// <summary>Counts the calls of the second that begins with the first one after the faults: those of an endpoint, and those of all.</summary>
    private (int Own, int All)? FirstOf(IReadOnlyList<(long At, string Call)> runs)
    {
        var first = runs.Select(static run => run.At).FirstOrDefault(at => at >= Ended);
        var last = first + Clock.Ticks(FirstMoment);
        return first == 0 ? null : (Count(runs), Executions.Sum(Count));

        int Count(IReadOnlyList<(long At, string Call)> some) => some.Count(run => run.At >= first && run.At <= last);
    }

    private Dictionary<string, int> Runs() =>
        Executions.SelectMany(static runs => runs).CountBy(static run => run.Call, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    private static bool IsWrite(string call) => call.StartsWith("write", StringComparison.Ordinal);

    private static string Unless(bool holds, string breach) => holds ? "" : breach;

    private static string Line(string name, IEnumerable<string> values) => (name.PadRight(28) + string.Concat(values.Select(static value => value.PadLeft(16)))).TrimEnd();
}
