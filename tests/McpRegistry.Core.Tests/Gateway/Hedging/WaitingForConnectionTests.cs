using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Hedging;

/// <summary>A call waits for the connection of its server, which is taken out before it has one.</summary>
public sealed class WaitingForConnectionTests
{
    private readonly GatewayFixture _gateway = new();
    private readonly TaskCompletionSource _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ServerIsTakenOutBeforeTheConnectionIsThere_IsNotSent(bool isHedged)
    {
        var sent = 0;
        _gateway.Hedging.Delay = isHedged ? TimeSpan.FromMinutes(1) : null;
        _gateway.Opening = _opening.Task;
        _gateway.Connection = new() { Answers = (_, _) => throw new InvalidOperationException($"It was sent {++sent} times.") };
        var server = SnapshotSample.Entry("up", [SnapshotSample.Item(CatalogueItemKind.Prompt, "ask")], connections: _gateway, capabilities: """{"prompts":{}}""");
        _gateway.Snapshots.Set(server);
        var call = _gateway.HandleAsync("prompts/get", """{"name":"up__ask"}""");

        _gateway.Snapshots.Set(server with { Server = server.Server with { InMaintenance = true } });
        _opening.SetResult();

        Assert.Equal("maintenance", (string?)(await call)["error"]!["data"]!["reason"]);
        Assert.Equal((0, 0), (sent, _gateway.Leases));
    }
}
