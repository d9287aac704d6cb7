using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>A stdio server has one channel: a question on it is for a call of the principal whose process it is.</summary>
public sealed class AskingChildTests : BridgingTest
{
    private const string Echo = "\"name\":\"asking__echo\",\"arguments\":{}";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Servers:asking:Command"] = "node",
            ["Servers:asking:Arguments:0"] = NodeServers.Misbehaving,
            ["Servers:asking:Arguments:1"] = "asking",
        },
    };

    [Fact]
    public async Task Call_ModernClient_IsSuspendedAndResumed()
    {
        await Gateway.Registry.WaitAsync("asking", "healthy", Cancellation);
        var client = await ClientAsync(Era.Modern);
        for (var call = 0; call < 3; call++)
        {
            var asked = await AskedAsync(client, Echo);
            var answer = await RetryAsync(client, asked, $"\"r1\":{Question.Form.Answer}", Echo);
            Assert.Equal(Question.Form.Answer, answer.Result.GetProperty("content")[0].GetProperty("text").GetString());
        }

        Assert.Equal(0, Suspended.Count);
    }

    [Fact]
    public async Task Call_LegacyClient_IsAskedOnItsStream()
    {
        await Gateway.Registry.WaitAsync("asking", "healthy", Cancellation);
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Echo);
        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Form.Answer, Cancellation);
        var result = (await call.NextAsync(Cancellation)).GetProperty("result");
        Assert.Equal(Question.Form.Answer, result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Call_KindNotDeclared_IsRefusedToTheChild()
    {
        await Gateway.Registry.WaitAsync("asking", "healthy", Cancellation);
        var answer = await (await ClientAsync(Era.Modern, "{}")).CallAsync("tools/call", Cancellation, Echo);
        Assert.Contains("-32601", answer.Result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }
}
