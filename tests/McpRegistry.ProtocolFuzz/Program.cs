using System.Globalization;
using System.Runtime.InteropServices;
using McpRegistry.ProtocolFuzz.Running;
using McpRegistry.ProtocolFuzz.Upstreams.Channels;

if (args is ["serve", var given, var name])
{
    await LinePeer.ServeAsync(int.Parse(given, CultureInfo.InvariantCulture), name);
    return 0;
}

if (args is not (["run", _] or ["run", _, _] or ["cases", _, _] or ["case", _, _]) || !args[1..].All(static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
{
    await Console.Error.WriteLineAsync("usage: run CPU-SECONDS [SEED] | cases SEED COUNT | case SEED NUMBER");
    return 2;
}

var numbers = args[1..].Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
var seed = args[0] != "run" ? numbers[0] : numbers.Length > 1 ? numbers[1] : Random.Shared.Next();
var artifacts = Path.Combine("artifacts", "fuzz");
Console.WriteLine($"seed {seed}; one case again: eng/fuzz.sh --case {seed} NUMBER");
using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    signal.Cancel = true;
    stopping.Cancel();
});
await using var world = await FuzzWorld.StartAsync(seed);
var run = new FuzzRun(world, Console.Out, artifacts, stopping.Token);
switch (args[0])
{
    case "run":
        var time = TimeSpan.FromSeconds(numbers[0]);
        await run.RunAsync(time / 10, time);
        break;
    case "cases":
        await run.RunSomeAsync(numbers[1]);
        break;
    default:
        await run.RunOneAsync(numbers[1]);
        break;
}

await run.PrintAsync();
Console.WriteLine(run.Faults == 0 ? "Nothing was wrong." : $"{run.Faults} faults, see {artifacts}");
return run.Faults == 0 ? 0 : 1;
