using System.Globalization;
using McpRegistry.StorageDrill;

if (args is ["writer", var kind, var connection])
{
    await using var store = await DrillStore.OpenAsync(kind, connection, CancellationToken.None);
    await new DrillWriter(store, TimeProvider.System, Console.Out).RunAsync(CancellationToken.None);
    return 0;
}

if (args is not ["run", var count] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds < 1)
{
    await Console.Error.WriteLineAsync("usage: run ROUNDS");
    return 2;
}

var drill = new Drill(Console.Out, seed: Random.Shared.Next());
IReadOnlyList<string> faults =
[
    .. await drill.KillHostOnSqliteAsync(rounds),
    .. await drill.KillHostOnPostgreSqlAsync(rounds),
    .. await drill.KillPostgreSqlAsync(rounds),
];
foreach (var fault in faults)
{
    await Console.Error.WriteLineAsync(fault);
}

Console.WriteLine(faults.Count == 0 ? "Nothing that was acknowledged is lost, and nothing is half written." : $"{faults.Count} faults");
return faults.Count == 0 ? 0 : 1;
