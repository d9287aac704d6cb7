using System.Globalization;
using McpRegistry.ResilienceDrill;

const int Shortest = 6;
switch (args)
{
    case ["gateway", ..]:
        await DrillGateway.RunAsync(args[1..]);
        return 0;
    case ["endpoint", var number, var port, var log, var service, var slow]:
        await DrillEndpoint.RunAsync(number, Read(port), log, TimeSpan.FromMilliseconds(Read(service)), TimeSpan.FromMilliseconds(Read(slow)));
        return 0;
    case ["run", var seconds] when int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length >= Shortest:
        var terms = DrillTerms.For(TimeSpan.FromSeconds(length));
        string[] breaches = [.. await new FaultDrill(terms, Console.Out).RunAsync(), .. await new OverloadDrill(terms, Console.Out).RunAsync()];
        Console.WriteLine(breaches.Length == 0 ? "Nothing failed that need not." : string.Join(Environment.NewLine, breaches));
        return breaches.Length == 0 ? 0 : 1;
    default:
        await Console.Error.WriteLineAsync($"usage: run SECONDS, at least {Shortest}");
        return 2;
}

static int Read(string text) => int.Parse(text, CultureInfo.InvariantCulture);
