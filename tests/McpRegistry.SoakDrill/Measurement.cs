namespace McpRegistry.SoakDrill;

/// <summary>Everything that must come back to where it was: of the gateway, and what it holds open at the upstreams.</summary>
internal sealed record Measurement(
    Census Gateway, int Files, int Sockets, long Threads, long ResidentBytes, int UpstreamSessions, int UpstreamStreams, int UpstreamCalls, int UpstreamConnections)
{
    private const double Tolerance = 1.10;
    private const double Steady = 0.995;

    /// <summary>Writers and housekeeping set a timer or open the database now and then, for a moment: that is three files.</summary>
    private const int InUseNow = 4;

    /// <summary>Below it the code that is compiled and the pools of the runtime are most of the resident memory.</summary>
    private const int FewestForResident = 1_000;

    /// <summary>What is open for clients.</summary>
    private static readonly (string Name, Func<Measurement, long> Of)[] Open =
    [
        ("sessions of legacy clients", one => one.Gateway.Sessions),
        ("  with their GET stream", one => one.Gateway.SessionStreams),
        ("  with changes gathered", one => one.Gateway.SessionFeeds),
        ("subscriptions/listen streams", one => one.Gateway.ListenStreams),
        ("suspended calls", one => one.Gateway.SuspendedCalls),
        ("listeners to the catalogue", one => one.Gateway.Listeners),
        ("sessions at upstreams", one => one.UpstreamSessions),
        ("watches at upstreams", one => one.UpstreamStreams),
        ("calls at upstreams", one => one.UpstreamCalls),
        ("connections at upstreams", one => one.UpstreamConnections),
    ];

    /// <summary>What the process holds, some of it from its first work on.</summary>
    private static readonly (string Name, Func<Measurement, long> Of)[] Held =
    [
        ("sockets", one => one.Sockets),
        ("open files, sockets included", one => one.Files),
        ("timers", one => one.Gateway.Timers),
    ];

    private static readonly (string Name, Func<Measurement, long> Of)[] Sizes =
    [
        ("managed heap, KiB", one => one.Gateway.HeapBytes / 1024),
        ("native heap, KiB", one => one.Gateway.NativeBytes / 1024),
        ("resident memory in use, KiB", one => (one.ResidentBytes - one.Gateway.FreeBytes) / 1024),
    ];

    /// <summary>For whoever reads the table: what the collector keeps for later depends on the order in which things came and went.</summary>
    private static readonly (string Name, Func<Measurement, long> Of)[] Told =
    [
        ("all resident of its own, KiB", one => one.ResidentBytes / 1024),
        ("threads", one => one.Threads),
    ];

    /// <summary>Gets the memory in a few words.</summary>
    public string Memory => string.Join(", ", Sizes.Concat(Told).Select(size => $"{size.Name} {size.Of(this)}"));

    /// <summary>Names what is open that was not.</summary>
    public IReadOnlyList<string> OpenSince(Measurement start) => More(start, Open);

    /// <summary>Names what the process holds more of than it did, memory left out.</summary>
    public IReadOnlyList<string> HeldSince(Measurement start) => [.. More(start, Open), .. More(start, Held, InUseNow)];

    /// <summary>Tells whether memory that is compared is still given back: less is in use than a moment ago.</summary>
    public bool IsShrinkingSince(Measurement last, int clients) => Compared(clients).Any(size => size.Of(this) < size.Of(last) * Steady);

    /// <summary>Names all that is more than it was.</summary>
    public IReadOnlyList<string> GrownSince(Measurement start, int clients) =>
    [
        .. HeldSince(start),
        .. Compared(clients).Where(size => size.Of(this) > size.Of(start) * Tolerance).Select(size => $"{size.Name}: {size.Of(start)} before, {size.Of(this)} after"),
    ];

    /// <summary>Writes the three side by side.</summary>
    public static IEnumerable<string> Table(Measurement before, Measurement peak, Measurement after)
    {
        yield return Line("", "before", "at peak", "after", "");
        foreach (var (name, of) in Open.Concat(Held))
        {
            yield return Line(name, $"{of(before)}", $"{of(peak)}", $"{of(after)}", "");
        }

        foreach (var (name, of) in Sizes)
        {
            yield return Line(name, $"{of(before)}", $"{of(peak)}", $"{of(after)}", $"{100.0 * (of(after) - of(before)) / of(before):+0.0;-0.0} %");
        }

        foreach (var (name, of) in Told)
        {
            yield return Line($"{name} (not compared)", $"{of(before)}", $"{of(peak)}", $"{of(after)}", "");
        }
    }

    private static IEnumerable<(string Name, Func<Measurement, long> Of)> Compared(int clients) => Sizes.Take(clients < FewestForResident ? 1 : Sizes.Length);

    private List<string> More(Measurement start, IEnumerable<(string Name, Func<Measurement, long> Of)> counts, int most = 0) =>
        [.. counts.Where(count => count.Of(this) > count.Of(start) + most).Select(count => $"{count.Name.Trim()}: {count.Of(start)} before, {count.Of(this)} after")];

    private static string Line(string name, string before, string peak, string after, string change) =>
        $"{name,-44}{before,10}{peak,10}{after,10}{change,10}".TrimEnd();
}
