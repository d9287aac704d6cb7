using System.Globalization;

namespace McpRegistry.ResilienceDrill;

/// <summary>What was seen while a server was offered more than it can take.</summary>
internal sealed class OverloadReport
{
    public const string High = "high";
    public const string Normal = "normal";
    public const string Low = "low";

    /// <summary>The only right way to refuse a call; one that waited in vain is told the same.</summary>
    private const string Refused = "503 with Retry-After, overloaded";

    /// <summary>What a collector for servers lets lie about, in MiB.</summary>
    private const int MostGrowth = 200;

    /// <summary>Gets the calls that were offered.</summary>
    public required IReadOnlyList<CallRecord> Calls { get; init; }

    /// <summary>Gets how long they came.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Gets how many calls a second the server can take.</summary>
    public required double Capacity { get; init; }

    /// <summary>Gets how many it took before.</summary>
    public required double Speed { get; init; }

    /// <summary>Gets how long after the overload it took as many again; null for never.</summary>
    public required TimeSpan? FullSpeed { get; init; }

    /// <summary>Gets how many calls failed when all should have been well.</summary>
    public required int FailedAfter { get; init; }

    public required double MemoryBefore { get; init; }

    public required double MemoryPeak { get; init; }

    public required double MemoryAfter { get; init; }

    private IEnumerable<CallRecord> RefusedCalls => Calls.Where(static call => call.Failure == Refused);

    public IEnumerable<string> Table()
    {
        yield return Line("priority", "calls", "answered", "", "p50 / p99, ms", "refused p50 / p99, ms");
        foreach (var priority in (string[])[High, Normal, Low])
        {
            CallRecord[] own = [.. Calls.Where(call => call.Kind == priority)];
            CallRecord[] answered = [.. own.Where(static call => !call.Failed)];
            yield return Line(
                priority, $"{own.Length}", $"{answered.Length}", Share(priority).ToString("P0", CultureInfo.InvariantCulture), Latencies.Describe(answered),
                Latencies.Describe([.. own.Where(static call => call.Failed)]));
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Offered: {Calls.Count / Length.TotalSeconds:0} a second, {Calls.Count / Length.TotalSeconds / Capacity:0.0} times what it can take; answered {Calls.Count(static call => !call.Failed) / Length.TotalSeconds:0} a second, before {Speed:0}");
        yield return $"Not answered: {Latencies.Reasons(Calls)}";
        yield return string.Create(CultureInfo.InvariantCulture, $"Memory of the gateway: {MemoryBefore:0} MiB before, {MemoryPeak:0} at most, {MemoryAfter:0} after");
        yield return FullSpeed is { } back
            ? string.Create(CultureInfo.InvariantCulture, $"Full speed was measured {back.TotalSeconds:0.0} s after the overload; {FailedAfter} calls failed after it.")
            : "The full speed did not come back.";
    }

    /// <summary>Names what must not be.</summary>
    public IEnumerable<string> Breaches(DrillTerms terms)
    {
        (bool Holds, string Breach)[] demands =
        [
            (RefusedCalls.Any(), "nothing was refused"),
            (Calls.All(static call => call.Failure is null or Refused), "calls failed that were not refused"),
            (Latencies.At(RefusedCalls, 0.5) <= terms.Early, $"half of the refused calls waited longer than {terms.Early.TotalMilliseconds:0} ms for that"),
            (Share(High) >= terms.LeastHigh && Share(High) >= 3 * Share(Low), "those that matter most were not preferred"),
            (MemoryPeak - MemoryBefore <= MostGrowth, $"the gateway grew by more than {MostGrowth} MiB"),
            (FullSpeed <= terms.FullSpeed, $"the full speed was not back within {terms.FullSpeed.TotalSeconds:0} s"),
            (FailedAfter == 0, "calls failed when all should have been well"),
        ];
        return demands.Where(static demand => !demand.Holds).Select(static demand => demand.Breach);
    }

    private double Share(string priority)
    {
        CallRecord[] own = [.. Calls.Where(call => call.Kind == priority)];
        return own.Length == 0 ? 0 : own.Count(static call => !call.Failed) / (double)own.Length;
    }

    private static string Line(string name, params string[] values) => (name.PadRight(12) + string.Concat(values.Select(static value => value.PadLeft(24)))).TrimEnd();
}
