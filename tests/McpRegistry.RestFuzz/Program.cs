using System.Globalization;
using McpRegistry.RestFuzz;
using McpRegistry.StorageDrill;

if (args is not (["run", _] or ["run", _, _] or ["case", _, _]) || !args[1..].All(static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
{
    await Console.Error.WriteLineAsync("usage: run CASES [SEED] | case SEED NUMBER");
    return 2;
}

var numbers = args[1..].Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
var isOne = args[0] == "case";
var seed = isOne ? numbers[0] : numbers.Length > 1 ? numbers[1] : Random.Shared.Next();
Console.WriteLine($"seed {seed}; one case again: eng/rest-fuzz.sh --case {seed} NUMBER");
var folder = Directory.CreateTempSubdirectory("mcp-registry-rest-").FullName;
var faults = 0;
try
{
    await using var server = await DrillDatabaseServer.StartAsync();
    foreach (var (store, connection) in ((string, string)[])[("SQLite", $"Data Source={Path.Combine(folder, "rest.db")}"), ("PostgreSQL", server.ConnectionString)])
    {
        await using var host = await FuzzHost.StartAsync(store, connection);
        var run = new FuzzRun(host, seed);
        await (isOne ? run.RunAsync(numbers[1], 1) : run.RunAsync(0, numbers[0]));
        faults += run.Print(store);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

Console.WriteLine(faults == 0 ? "Nothing was wrong." : $"{faults} faults");
return faults == 0 ? 0 : 1;
