using McpRegistry.Core.Tests.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Real processes: shell scripts that speak as much MCP as a handshake takes.</summary>
public sealed class UpstreamConnectorTests : IDisposable
{
    private const string Loop = """
        asked=no
        while read -r line; do
          id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
          case "$line" in

        """;

    /// <summary>An old server that is silent on what it does not know, and says whether it was asked.</summary>
    private const string Legacy = Loop + """
            *server/discover*) asked=yes ;;
            *'"initialize"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"%s","version":"1"}}}\n' "$id" "$asked" ;;
          esac
        done
        """;

    /// <summary>A server that knows nothing of sessions.</summary>
    private const string Modern = Loop + """
            *server/discover*) printf '{"jsonrpc":"2.0","id":%s,"result":{"supportedVersions":["2026-07-28"],"capabilities":{},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"modern","version":"1"}}}}\n' "$id" ;;
            *'"initialize"'*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\n' "$id" ;;
          esac
        done
        """;

    /// <summary>A modern server that refuses its own revision the first time.</summary>
    private const string Hesitant = Loop + """
            *server/discover*)
              if [ $asked = no ]; then
                asked=yes
                printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"]}}}\n' "$id"
              else
                printf '{"jsonrpc":"2.0","id":%s,"result":{"supportedVersions":["2026-07-28"],"capabilities":{},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"hesitant","version":"1"}}}}\n' "$id"
              fi ;;
          esac
        done
        """;

    private readonly string _program = Path.GetTempFileName();
    private readonly UpstreamOptions _options = new() { StdioProbeTimeout = TimeSpan.FromMilliseconds(500) };
    private readonly List<string> _logged = [];
    private readonly LoggerFactory _loggers;
    private readonly UpstreamConnector _connector;
    private readonly RegisteredServer _server;

    public UpstreamConnectorTests()
    {
        var options = Options.Create(_options);
        _loggers = new LoggerFactory([new StartLog(_logged)]);
        var channels = new ChannelConnector(null!, options, TimeProvider.System, _loggers);
        _connector = new UpstreamConnector(
            null!, channels, new CommandPolicy(Options.Create(new StdioOptions())), CredentialFixture.None, options, TimeProvider.System);
        var sample = SampleServers.Of("a", TransportKind.Stdio);
        _server = sample with { Origin = ServerOrigin.Code, Endpoints = [sample.Endpoints[0] with { Url = null, Command = "/bin/sh", Arguments = [_program] }] };
    }

    public void Dispose()
    {
        _loggers.Dispose();
        File.Delete(_program);
    }

    [Fact]
    public async Task ConnectAsync_SilentServerAgain_IsNotAskedForItsEraAgain()
    {
        Assert.Equal("yes", await ConnectAsync(Legacy));
        Assert.Equal("no", await ConnectAsync(Legacy));
        _connector.Forget(_server.Endpoints[0].Id);
        Assert.Equal("yes", await ConnectAsync(Legacy));
    }

    [Fact]
    public async Task ConnectAsync_ProgramWasReplacedByAModernOne_IsAskedAtOnce()
    {
        Assert.Equal("yes", await ConnectAsync(Legacy));

        // The new one answers, and may take its time to start.
        _options.StdioProbeTimeout = TimeSpan.FromMinutes(1);
        Assert.Equal("modern", await ConnectAsync(Modern));
    }

    [Fact]
    public async Task ConnectAsync_RefusesTheRevisionThatItSupports_IsAskedAgain()
    {
        _options.StdioProbeTimeout = TimeSpan.FromMinutes(1);
        Assert.Equal("hesitant", await ConnectAsync(Hesitant));
    }

    [Fact]
    public async Task ConnectAsync_RememberedEraFails_IsForgotten()
    {
        Assert.Equal("yes", await ConnectAsync(Legacy));
        Assert.Null(await ConnectAsync("exit 1"));
        Assert.Equal("yes", await ConnectAsync(Legacy));
        _options.ConnectTimeout = TimeSpan.FromMilliseconds(100);
        Assert.Null(await ConnectAsync("exec sleep 600"));
        _options.ConnectTimeout = TimeSpan.FromMinutes(1);
        Assert.Equal("yes", await ConnectAsync(Legacy));
    }

    /// <summary>Every caller of a global server hears why it is missing; where its program lies is for the operator.</summary>
    [Fact]
    public async Task ConnectAsync_CommandCannotBeStarted_IsNamedInTheLogOnly()
    {
        var endpoint = _server.Endpoints[0] with { Command = "/opt/secret-place/no-such-program" };

        var result = await _connector.ConnectAsync(_server, endpoint, ClientProfile.Plain, TestContext.Current.CancellationToken);

        Assert.Equal(FaultReasons.ProcessExited, result.Fault!.Reason);
        Assert.DoesNotContain("secret", result.Fault.Message, StringComparison.Ordinal);
        Assert.Contains("/opt/secret-place/no-such-program", Assert.Single(_logged), StringComparison.Ordinal);
    }

    /// <summary>Starts the program and returns the name that it gives itself; null when there is no connection.</summary>
    private async Task<string?> ConnectAsync(string script)
    {
        await File.WriteAllTextAsync(_program, script, TestContext.Current.CancellationToken);
        var result = await _connector.ConnectAsync(_server, _server.Endpoints[0], ClientProfile.Plain, TestContext.Current.CancellationToken);
        if (!result.Connected)
        {
            return null;
        }

        await using var connection = result.Connection;
        return JsonMembers.FindText(connection.Handshake.ServerInfo.Span, "name"u8);
    }

    private sealed class StartLog(List<string> logged) : ILogger, ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 2100)
            {
                logged.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
