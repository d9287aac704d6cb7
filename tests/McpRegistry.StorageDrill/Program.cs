using System.Globalization;
using McpRegistry.StorageDrill;

if (args is ["writer", var kind, var connection])
{
    await using var store = await DrillStore.OpenAsync(kind, connection, CancellationToken.None);
    await new DrillWriter(store, TimeProvider.System, Console.Out).RunAsync(CancellationToken.None);
    return 0;
}

if (args is ["caller", var callerKind, var callerConnection, var calls])
{
    await using var store = await DrillStore.OpenAsync(callerKind, callerConnection, CancellationToken.None);
    await new DrillCaller(store, TimeProvider.System, Console.Out).RunAsync(int.Parse(calls, CultureInfo.InvariantCulture), CancellationToken.None);
    return 0;
}

if (args is ["sink", var sinkConnection, var file, var host, var minutesAhead, var standsStillAfter])
{
    await new DrillSinkHost(file, host, int.Parse(standsStillAfter, CultureInfo.InvariantCulture))
        .RunAsync(sinkConnection, TimeSpan.FromMinutes(int.Parse(minutesAhead, CultureInfo.InvariantCulture)));
    return 0;
}

if (args is ["audit", var audited])
{
    IReadOnlyList<string> found = [.. await new AuditDrill(Console.Out).RunAsync(int.Parse(audited, CultureInfo.InvariantCulture)), .. await new SinkDrill(Console.Out).RunAsync()];
    Console.WriteLine(found.Count == 0 ? "The chain is whole and names what was changed, and sinks get all of it." : string.Join(Environment.NewLine, found));
    return found.Count == 0 ? 0 : 1;
}

if (args is not ["run", var count] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds < 1)
{
    await Console.Error.WriteLineAsync("usage: run ROUNDS, or audit CALLS");
    return 2;
}

var drill = new Drill(Console.Out, seed: Random.Shared.Next());
IReadOnlyList<string> faults =
[
    .. await drill.KillHostOnSqliteAsync(rounds),
    .. await drill.KillHostOnPostgreSqlAsync(rounds),
    .. await drill.KillPostgreSqlAsync(rounds),
    .. await new AuditDrill(Console.Out).RunAsync(Math.Min(10_000, rounds * 500)),
    .. await new SinkDrill(Console.Out).RunAsync(),
];
foreach (var fault in faults)
{
    await Console.Error.WriteLineAsync(fault);
}

Console.WriteLine(faults.Count == 0 ? "Nothing that was acknowledged is lost, and nothing is half written." : $"{faults.Count} faults");
return faults.Count == 0 ? 0 : 1;
