using System.Net;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Credentials;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;
using Scripted = McpRegistry.TestSupport.Upstreams.UpstreamOptions;
using UpstreamOptions = McpRegistry.Upstream.UpstreamOptions;

namespace McpRegistry.Core.Tests.Credentials;

/// <summary>A server on a real socket and the connector of all transports.</summary>
public abstract class CredentialTransportTest : IAddressResolver, IAsyncLifetime
{
    private static readonly OwnRequest ToolCall = new() { Method = McpMethod.ToolsList };

    private readonly UpstreamHttp _http;
    private readonly UpstreamConnector _connector;
    private readonly List<UpstreamConnection> _opened = [];

    protected CredentialTransportTest()
    {
        var options = Options.Create(new UpstreamOptions());
        var policy = new OutboundAddressPolicy(Options.Create(new OutboundOptions { AllowLoopback = true }));
        _http = new UpstreamHttp(options, Options.Create(new GatewayOptions()), new OutboundConnector(policy, this));
        var credentials = CredentialFixture.Create(null!, TimeProvider.System, services: services =>
            services.AddKeyedSingleton<IUpstreamCredentialProvider>("counting", Provider).AddSingleton(new CredentialProviderName("counting")));
        _connector = new UpstreamConnector(
            new HttpConnector(_http, TimeProvider.System),
            new ChannelConnector(_http, options, TimeProvider.System, NullLoggerFactory.Instance),
            new CommandPolicy(Options.Create(new StdioOptions())),
            credentials,
            options,
            TimeProvider.System);
    }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected CountingProvider Provider { get; } = new();

    protected ScriptedUpstream Upstream { get; private set; } = null!;

    protected RegisteredServer Server { get; set; } = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _opened)
        {
            await connection.DisposeAsync();
        }

        _http.Dispose();
        await Upstream.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    ValueTask<IPAddress[]> IAddressResolver.ResolveAsync(string host, CancellationToken cancellationToken) =>
        new([host == "public.example" ? IPAddress.Parse("1.1.1.1") : IPAddress.Loopback]);

    protected static Scripted UpstreamOptionsOf(ProtocolEra era) => era == ProtocolEra.Modern ? Scripted.Modern : Scripted.Legacy;

    private protected async Task StartAsync(
        Scripted options, (ServerCredential Credential, CredentialSecrets? Secrets) shown, string? url = null, TransportKind transport = TransportKind.StreamableHttp)
    {
        Upstream = await ScriptedUpstream.StartAsync(options, Cancellation);
        Upstream.On("tools/list", Answers.Result("""{"tools":[],"resultType":"complete"}"""));
        var sample = SampleServers.Of("a", transport, url ?? Upstream.Url.ToString()) with { Origin = ServerOrigin.Code };
        Server = sample.With(shown.Credential, shown.Secrets);
    }

    private protected ValueTask<ConnectResult> ConnectAsync() => _connector.ConnectAsync(Server, Server.Endpoints[0], ClientProfile.Plain, Cancellation);

    private protected async Task<UpstreamConnection> OpenAsync()
    {
        var result = await ConnectAsync();
        Assert.True(result.Connected, result.Fault?.Message);
        _opened.Add(result.Connection);
        return result.Connection;
    }

    private protected static async Task<UpstreamReply> CallAsync(UpstreamConnection connection) => await connection.SendAsync(ToolCall, null, Cancellation);
}
