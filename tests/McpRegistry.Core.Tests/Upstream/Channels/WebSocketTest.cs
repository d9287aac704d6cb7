using McpRegistry.Core.Tests.Credentials;
using System.Net;
using System.Text;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport.WebSockets;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;
using Scripted = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>A real WebSocket server and the connector that the gateway has, on the system's clock.</summary>
public abstract class WebSocketTest : IAsyncLifetime, IAddressResolver
{
    private readonly List<string> _logged = [];
    private readonly LoggerFactory _loggers;
    private readonly OutboundOptions _outbound = new() { AllowLoopback = true };
    private UpstreamHttp? _http;
    private WebSocketUpstream? _upstream;

    protected WebSocketTest() => _loggers = new LoggerFactory([new LogList(_logged)]);

    public static TheoryData<ProtocolEra> Eras => [ProtocolEra.Modern, ProtocolEra.Legacy];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Gets the options; what a test changes before it connects holds.</summary>
    protected UpstreamOptions Limits { get; } = new() { StdioProbeTimeout = TimeSpan.FromSeconds(20) };

    protected OutboundOptions Outbound => _outbound;

    protected WebSocketUpstream Upstream => _upstream!;

    protected IReadOnlyList<string> Logged => _logged;

    private protected UpstreamConnector Connector { get; private set; } = null!;

    private protected RegisteredServer Server { get; private set; } = null!;

    private protected static OwnRequest Call { get; } = new() { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"t\"") };

    public virtual async ValueTask InitializeAsync() => await StartAsync(ProtocolEra.Modern);

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        _loggers.Dispose();
        await (_upstream?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }

    ValueTask<IPAddress[]> IAddressResolver.ResolveAsync(string host, CancellationToken cancellationToken) => new([IPAddress.Loopback]);

    /// <summary>Replaces the upstream and the connector, which sees the options as they are now.</summary>
    protected async Task StartAsync(ProtocolEra era)
    {
        await (_upstream?.DisposeAsync() ?? ValueTask.CompletedTask);
        _upstream = await WebSocketUpstream.StartAsync(era == ProtocolEra.Modern ? Scripted.Modern : Scripted.Legacy, Cancellation);
        Use(_upstream.Url.ToString());
    }

    /// <summary>Points the server at another URL, with a new connector.</summary>
    protected void Use(string url)
    {
        _http?.Dispose();
        var options = Options.Create(Limits);
        var policy = new OutboundAddressPolicy(Options.Create(_outbound));
        _http = new UpstreamHttp(options, Options.Create(new GatewayOptions()), new OutboundConnector(policy, this));
        var channels = new ChannelConnector(_http, options, TimeProvider.System, _loggers);
        var commands = new CommandPolicy(Options.Create(new StdioOptions()));
        Connector = new UpstreamConnector(null!, channels, commands, CredentialFixture.None, options, TimeProvider.System);
        Server = SampleServers.Of("a", TransportKind.WebSocket, url);
    }

    private protected ValueTask<ConnectResult> ConnectAsync() => Connector.ConnectAsync(Server, Server.Endpoints[0], ClientProfile.Plain, Cancellation);

    private protected async Task<UpstreamConnection> OpenAsync()
    {
        var result = await ConnectAsync();
        Assert.True(result.Connected, result.Fault?.Message);
        return result.Connection;
    }

    private protected static async Task<UpstreamReply> CallAsync(UpstreamConnection connection, IUpstreamObserver? observer = null) =>
        await connection.SendAsync(Call, observer, Cancellation);

    private protected static string ResultOf(UpstreamReply reply)
    {
        Assert.True(reply.Answered, reply.Fault?.Message);
        return Encoding.UTF8.GetString(reply.Message.Raw(reply.Message.Result));
    }

    private sealed class LogList(List<string> logged) : ILogger, ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (logged)
            {
                logged.Add($"{eventId.Id} {formatter(state, exception)}");
            }
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
