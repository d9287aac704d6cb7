using System.Text;
using McpRegistry.ProtocolFuzz.Checks;
using McpRegistry.ProtocolFuzz.Clients;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Running;

/// <summary>Makes proper calls to proper servers through it all, in both eras and on both kinds of endpoint.</summary>
internal sealed class Pulse(FuzzWorld world)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly List<string> _faults = [];

    public int Calls { get; private set; }

    public IReadOnlyList<string> Faults => _faults;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                foreach (var (server, modern, alias) in new[] { ("good-modern", true, false), ("good-legacy", true, true), ("good-modern", false, true), ("good-legacy", false, false) })
                {
                    await CallAsync(server, modern, alias ? server : null);
                }

                await Task.Delay(Pause, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private async Task CallAsync(string server, bool modern, string? alias)
    {
        var messages = new Messages(Dice.For(world.Seed, Calls, "pulse"), 0, modern, "2025-11-25", alias is null ? "/mcp" : $"/mcp/{alias}", alias, server);
        var memory = new CaseMemory();
        memory.Set("host", world.Gateway.Address.ToString());
        memory.Set("key", world.KeyOf(Calls));
        var call = new FuzzStep(messages.Request(0, Messages.Call("work"), "1")) { MustSucceed = true };
        FuzzStep[] steps = modern ? [call] : [new FuzzStep(messages.Initialize()) { MustSucceed = true }, call, new FuzzStep(messages.Bare("DELETE"))];
        foreach (var step in steps)
        {
            var body = memory.Fill(step.Draft.Body);
            var response = await RawClient.SendAsync(world.Gateway.Address, step.Draft, memory.Fill(step.Draft.Head(body.Length)), body, null, null, CancellationToken.None);
            memory.Learn(response);
            if (Judge.Fault(step, body, response) is { } fault)
            {
                _faults.Add($"a proper call of {server} failed: {fault}\n{response.Status} {Encoding.UTF8.GetString(response.Body)}");
            }

            Calls++;
        }
    }
}
