using System.Globalization;
using McpRegistry.SoakDrill;

if (args is ["gateway", ..])
{
    await DrillGateway.RunAsync(args[1..]);
    return 0;
}

var isRead = TryRead(args.ElementAtOrDefault(1), out var clients) & TryRead(args.ElementAtOrDefault(2) ?? "1", out var rounds);
if (args is not ["run", _] and not ["run", _, _] || !isRead || clients < 16 || rounds < 1)
{
    await Console.Error.WriteLineAsync("usage: run CLIENTS [ROUNDS], with at least 16 clients");
    return 2;
}

var faults = await new Soak(clients, rounds, Console.Out).RunAsync();
foreach (var fault in faults)
{
    await Console.Error.WriteLineAsync(fault);
}

Console.WriteLine(faults.Count == 0 ? "All is back to the start." : $"{faults.Count} faults");
return faults.Count == 0 ? 0 : 1;

static bool TryRead(string? text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
