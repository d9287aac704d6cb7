using System.Net;
using McpRegistry.Balancing;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>A part of the host that fails while a call is made. What it throws may look like a client who has hung up.</summary>
public sealed class FailingPolicyTests : EndToEndTest
{
    private const string Batching = "2025-03-26";

    private readonly BrokenPolicy _policy = new();

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Balancing:Policy"] = _policy.Name },
        Services = services => services.AddSingleton<ILoadBalancingPolicy>(_policy),
    };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_PolicyFails_IsAnsweredWithAnError(Era era)
    {
        await RegisterAsync();
        var client = await OpenAsync(era);

        var answer = await client.CallToolAsync("b__work", Cancellation);

        Assert.Equal("internal", answer.Reason);
        Assert.DoesNotContain("disk", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_PolicyFails_IsAnsweredWithAnErrorForThatCall()
    {
        await RegisterAsync();
        var client = await BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation, Batching);

        var answer = await client.SendAsync(Cancellation, BatchClient.Call("1", "b__work"), BatchClient.Request("2", "ping"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var answers = BatchClient.Answers(answer);
        Assert.Equal("internal", BatchClient.Reason(answers["1"]));
        Assert.Equal("{}", answers["2"].GetProperty("result").GetRawText());
    }

    private async Task RegisterAsync()
    {
        var first = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var second = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","isolation":"shared","endpoints":[{"url":"{{first.Url}}"},{"url":"{{second.Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        await first.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        await second.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        _policy.IsBroken = true;
    }

    private sealed class BrokenPolicy : ILoadBalancingPolicy, ILoadBalancer
    {
        private volatile bool _isBroken;

        public string Name => "broken";

        public bool IsBroken
        {
            get => _isBroken;
            set => _isBroken = value;
        }

        public ILoadBalancer Create(RegisteredServer server, ulong seed) => this;

        public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call) =>
            IsBroken ? throw new IOException("A disk of the host is gone.") : 0;
    }
}
