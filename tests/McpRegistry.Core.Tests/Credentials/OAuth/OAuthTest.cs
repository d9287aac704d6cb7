using System.Net;
using System.Text;
using McpRegistry.Credentials;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Credentials.OAuth;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.OAuth;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;
using Scripted = McpRegistry.TestSupport.Upstreams.UpstreamOptions;
using UpstreamOptions = McpRegistry.Upstream.UpstreamOptions;

namespace McpRegistry.Core.Tests.Credentials.OAuth;

/// <summary>A guarded server on a real socket, and the connector that is to get in.</summary>
public abstract class OAuthTest : IAddressResolver, IAsyncLifetime
{
    private protected static readonly OwnRequest Call = new() { Method = McpMethod.ToolsList };

    private readonly List<UpstreamConnection> _opened = [];
    private UpstreamHttp? _http;
    private UpstreamConnector? _connector;
    private RegisteredServer? _server;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected ScriptedUpstream Upstream { get; private set; } = null!;

    protected AuthorizationScript Authorization { get; private set; } = null!;

    protected ManualTimeProvider Clock { get; } = new();

    protected OutboundOptions Outbound { get; } = new() { AllowLoopback = true };

    protected ServerCredential Credential { get; set; } = new() { Kind = CredentialKind.ClientCredentials, ClientId = "the client", SecretIsKey = false };

    protected string? Secret { get; set; }

    private protected virtual Scripted Script => Scripted.Modern;

    /// <summary>Gets or sets the URL under which the server is registered; its own unless a test says otherwise.</summary>
    protected Uri Url { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Upstream = await ScriptedUpstream.StartAsync(Script, Cancellation);
        Upstream.On("tools/list", Answers.Result("""{"tools":[],"resultType":"complete"}"""));
        Authorization = AuthorizationScript.Guard(Upstream);
        Url = Upstream.Url;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _opened)
        {
            await connection.DisposeAsync();
        }

        _http?.Dispose();
        await Upstream.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    ValueTask<IPAddress[]> IAddressResolver.ResolveAsync(string host, CancellationToken cancellationToken) => new(Resolve(host));

    private protected virtual IPAddress[] Resolve(string host) => [IPAddress.Loopback];

    private protected async Task<ConnectResult> ConnectAsync()
    {
        if (_connector is null)
        {
            var options = Options.Create(new UpstreamOptions());
            _http = new UpstreamHttp(options, Options.Create(new GatewayOptions()), new OutboundConnector(new OutboundAddressPolicy(Options.Create(Outbound)), this));
            var channels = new ChannelConnector(_http, options, TimeProvider.System, NullLoggerFactory.Instance);
            var credentials = CredentialFixture.Create(new MetadataClient(_http), Clock);
            _connector = new UpstreamConnector(
                new HttpConnector(_http, TimeProvider.System), channels, new CommandPolicy(Options.Create(new StdioOptions())), credentials, options, TimeProvider.System);
            var sample = SampleServers.Of("a", url: Url.ToString());
            _server = sample.With(Credential, new CredentialSecrets { Main = Secret ?? Authorization.ClientSecret });
        }

        var result = await _connector.ConnectAsync(_server!, _server!.Endpoints[0], ClientProfile.Plain, Cancellation);
        if (result.Connected)
        {
            _opened.Add(result.Connection);
        }

        return result;
    }

    private protected async Task<UpstreamConnection> OpenAsync()
    {
        var result = await ConnectAsync();
        Assert.True(result.Connected, result.Fault?.Message);
        return result.Connection;
    }

    private protected async Task<string> RefusalAsync()
    {
        var result = await ConnectAsync();
        Assert.Equal(FaultReasons.CredentialFailed, result.Fault?.Reason);
        return result.Fault!.Message;
    }

    private protected static async Task<UpstreamReply> CallAsync(UpstreamConnection connection) => await connection.SendAsync(Call, null, Cancellation);

    /// <summary>The tokens that requests to the server have shown, in their order.</summary>
    private protected string[] Shown(string method) => [.. Upstream.Requests.Of(method).Select(static request => request.Headers.GetValueOrDefault("Authorization", "none"))];

    private protected static string Describe(UpstreamReply reply) =>
        reply.Answered ? Encoding.UTF8.GetString(reply.Message.Raw(reply.Message.Result)) : reply.Fault!.Reason;
}
