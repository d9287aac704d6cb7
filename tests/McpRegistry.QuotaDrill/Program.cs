using System.Globalization;
using McpRegistry.QuotaDrill;
using McpRegistry.StorageDrill;

const int Measured = 5;
if (args is ["host" or "hasty-host", var kind, var connection])
{
    await DrillHost.RunAsync(kind, connection, isPatient: args[0] == "host");
    return 0;
}

if (args is ["audit", var requested] && int.TryParse(requested, NumberStyles.None, CultureInfo.InvariantCulture, out var requests))
{
    await using var database = await DrillDatabaseServer.StartAsync();
    var files = Directory.CreateTempSubdirectory("mcp-registry-audit-");
    string[] found =
    [
        .. await new TrailDrill(Console.Out, "sqlite", $"Data Source={Path.Combine(files.FullName, "registry.db")};Pooling=False").RunAsync(requests),
        .. await new TrailDrill(Console.Out, "postgresql", database.ConnectionString).RunAsync(requests),
    ];
    files.Delete(recursive: true);
    Console.WriteLine(found.Length == 0 ? "The trail has all that was acknowledged, and names what was changed." : string.Join(Environment.NewLine, found));
    return found.Length == 0 ? 0 : 1;
}

if (args is not ["run", var count] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds < 1)
{
    await Console.Error.WriteLineAsync("usage: run ROUNDS, or audit REQUESTS");
    return 2;
}

await using var server = await DrillDatabaseServer.StartAsync();
var folder = Directory.CreateTempSubdirectory("mcp-registry-quota-");

// A machine that runs all tests at once is a poor measure; a run of its own is a good one.
var mostLate = TimeSpan.FromSeconds(rounds >= Measured ? 1 : 20);
var three = new Drill(Console.Out, "postgresql", server.ConnectionString, 3, mostLate);
var two = new Drill(Console.Out, "sqlite", $"Data Source={Path.Combine(folder.FullName, "registry.db")}", 2, mostLate);
var hasty = new Drill(Console.Out, "postgresql", server.ConnectionString, 3, mostLate, isPatient: false);
var faults = 0;
for (var round = 1; round <= rounds; round++)
{
    foreach (var (drill, kill) in ((Drill, bool)[])[(three, false), (three, true), (hasty, false), (hasty, true), (two, false)])
    {
        if (await drill.RunAsync(round, kill) is { } fault)
        {
            faults++;
            await Console.Error.WriteLineAsync(fault);
        }
    }
}

folder.Delete(recursive: true);
Console.WriteLine(faults == 0 ? "No call too many, and none too few but those of a killed host." : $"{faults} faults");
return faults == 0 ? 0 : 1;
