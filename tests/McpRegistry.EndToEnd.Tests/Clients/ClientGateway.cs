using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Clients;

/// <summary>A gateway with the sample server behind it, for clients that need no odd upstream.</summary>
public sealed class ClientGateway : IAsyncLifetime
{
    private RunningServer _sample = null!;

    internal GatewayHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _sample = await SampleServer.StartHttpAsync(cancellation);
        Host = await GatewayHost.StartAsync(cancellation, new GatewaySetup { Clock = ShiftedTimeProvider.AtFullHour() });
        await Host.Registry.AddAsync("sample", _sample.Url, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _sample.DisposeAsync();
    }
}
