using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>Real processes: shell scripts that answer the handshake with their process id as their name, and then misbehave.</summary>
public sealed class ProcessTransportTests : IDisposable
{
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"t\"") };
    private readonly string _program = Path.GetTempFileName();
    private readonly string _file = Path.GetTempFileName();
    private readonly UpstreamOptions _options = new() { MaxMessageBytes = 100_000, ProcessShutdownTimeout = TimeSpan.FromMilliseconds(100) };
    private readonly LogQueue _log = new();
    private TimeProvider _clock = TimeProvider.System;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        File.Delete(_program);
        File.Delete(_file);
    }

    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData("tr '\\0' x </dev/zero")]
    [InlineData("printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"text\":\"' \"$id\"; tr '\\0' x </dev/zero")]
    public async Task SendAsync_ServerWritesALineWithoutEnd_IsEnded(string answer)
    {
        await using var connection = await StartAsync(answer);

        var reply = await connection.SendAsync(Call, null, Cancellation);

        Assert.Equal((FaultReasons.TooLarge, true), (reply.Fault!.Reason, reply.Fault.MayHaveRun));
        Assert.True(connection.HasEnded);
        await connection.DisposeAsync();
        await HasEndedAsync(connection);
    }

    /// <summary>Closing its input is how a server is told to end (2025-11-25, stdio, shutdown).</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task DisposeAsync_ServerEndsWithItsInput_IsNotKilled()
    {
        _options.ProcessShutdownTimeout = TimeSpan.FromMinutes(1);
        await using var connection = await StartAsync(":", $"echo bye >'{_file}'");

        await connection.DisposeAsync();

        Assert.Equal("bye\n", await File.ReadAllTextAsync(_file, Cancellation));
        await HasEndedAsync(connection);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task DisposeAsync_ServerGoesOn_IsKilledWithWhatItHasStarted()
    {
        await using var connection = await StartAsync(":", $"sleep 600 & echo $! >>'{_file}'; trap '' TERM; wait; sleep 600", "sleep 600 & echo $! >>$FILE");

        await connection.DisposeAsync();

        await HasEndedAsync(connection);
        foreach (var line in await File.ReadAllLinesAsync(_file, Cancellation))
        {
            await ProcessEnd.OfAsync(int.Parse(line, CultureInfo.InvariantCulture), Cancellation);
        }
    }

    /// <summary>What it has started holds its output open, so that it does not end by itself.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task WatchAsync_ServerDiesBeforeWhatItHasStarted_Ends()
    {
        await using var connection = await StartAsync($"sleep 600 & echo $! >'{_file}'; exit 1");
        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);

        Assert.Equal(FaultReasons.ProcessExited, (await connection.SendAsync(Call, null, Cancellation)).Fault!.Reason);
        Assert.Equal(FaultReasons.ProcessExited, (await watch)!.Reason);
        await ProcessEnd.OfAsync(await StartedAsync(), Cancellation);
    }

    /// <summary>Not all that a server has started can be told to be its own; here it is the environment that tells.</summary>
    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData("&1")]
    [InlineData("&2")]
    public async Task SendAsync_OutputIsHeldByAStrangerWhenTheServerDies_EndsAndLetsGoOfIt(string output)
    {
        await using var connection = await StartAsync($"env -i /bin/sh -c 'while sleep 0.05 && echo >{output}; do :; done' & echo $! >'{_file}'; exit 1");
        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);

        try
        {
            Assert.Equal(FaultReasons.ProcessExited, (await connection.SendAsync(Call, null, Cancellation)).Fault!.Reason);
            Assert.Equal(FaultReasons.ProcessExited, (await watch)!.Reason);

            // The next thing that it writes ends it, for nobody is there to read it.
            await ProcessEnd.OfAsync(await StartedAsync(), Cancellation);
        }
        finally
        {
            await EndStartedAsync();
        }
    }

    /// <summary>What is under way when the server dies is still read: here somebody else writes it, so that it comes later for sure.</summary>
    /// <param name="shutdownTimeout">Seconds. None is how long a process gets to end, not its last lines to be read.</param>
    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData(60)]
    [InlineData(0)]
    public async Task SendAsync_AnswerComesAfterTheServerDied_GetsIt(int shutdownTimeout)
    {
        _options.ProcessShutdownTimeout = TimeSpan.FromSeconds(shutdownTimeout);
        _clock = new ManualTimeProvider();
        await using var connection = await StartAsync(
            """printf '{"jsonrpc":"2.0","id":%s,"result":{} }\n' "$id" >FILE.answer; env -i /bin/sh -c 'echo >FILE.ready; while kill -0 '$$'; do sleep 0.02; done; sleep 0.2; cat FILE.answer; sleep 600' 2>FILE.log & echo $! >FILE; until [ -e FILE.ready ]; do sleep 0.02; done; exit 1"""
                .Replace("FILE", _file, StringComparison.Ordinal));
        try
        {
            var reply = await connection.SendAsync(Call, null, Cancellation);
            Assert.True(reply.Answered, reply.Fault?.Message);
        }
        finally
        {
            await EndStartedAsync();
            File.Delete(_file + ".answer");
            File.Delete(_file + ".ready");
            File.Delete(_file + ".log");
        }
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task LogOutput_OfAServer_IsLoggedInLinesThatAreBounded()
    {
        await using var connection = await StartAsync("echo one >&2; echo two >&2; head -c 5000 /dev/zero | tr '\\0' x >&2; exit 0");
        await connection.SendAsync(Call, null, Cancellation);

        Assert.EndsWith(": one", await _log.NextAsync(2105, Cancellation), StringComparison.Ordinal);
        Assert.EndsWith(": two", await _log.NextAsync(2105, Cancellation), StringComparison.Ordinal);
        Assert.EndsWith(": " + new string('x', 4096), await _log.NextAsync(2105, Cancellation), StringComparison.Ordinal);
        Assert.EndsWith(": " + new string('x', 5000 - 4096), await _log.NextAsync(2105, Cancellation), StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task Environment_OfAServer_IsItsOwn()
    {
        Environment.SetEnvironmentVariable("MCPREGISTRY_TEST_SECRET", "of the host");
        try
        {
            await using var connection = await StartAsync(":", ":", "printf '%s,%s' \"$MCPREGISTRY_TEST_SECRET\" \"$OWN\" >$FILE");

            Assert.Equal(",of the server", await File.ReadAllTextAsync(_file, Cancellation));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MCPREGISTRY_TEST_SECRET", null);
        }
    }

    /// <param name="onCall">What it does when a tool is called.</param>
    /// <param name="atEnd">What it does when its input has ended.</param>
    /// <param name="atStart">What it does first.</param>
    private async Task<UpstreamConnection> StartAsync(string onCall, string atEnd = ":", string atStart = ":")
    {
        await File.WriteAllTextAsync(
            _program,
            $$"""
            {{atStart.Replace("$FILE", $"'{_file}'", StringComparison.Ordinal)}}
            while read -r line; do
              id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
              case "$line" in
                *'"initialize"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"%s","version":"1"} } }\n' "$id" "$$" ;;
                *tools/call*) {{onCall}} ;;
              esac
            done
            {{atEnd}}
            """,
            Cancellation);
        var channels = new ChannelConnector(null!, Options.Create(_options), _clock, _log);
        var endpoint = SampleServers.Of("a", TransportKind.Stdio).Endpoints[0] with
        {
            Url = null,
            Command = "/bin/sh",
            Arguments = [_program],
            Era = ProtocolEra.Legacy,
            Environment = ImmutableDictionary<string, string>.Empty.Add("OWN", "of the server"),
        };
        var opened = await channels.StartProcessAsync(endpoint, "a", ClientProfile.Plain, Cancellation);
        Assert.True(opened.Connected, opened.Fault?.Message);
        return opened.Connection;
    }

    private async Task<int> StartedAsync() => int.Parse(await File.ReadAllTextAsync(_file, CancellationToken.None), CultureInfo.InvariantCulture);

    private async Task EndStartedAsync()
    {
        try
        {
            using var stranger = Process.GetProcessById(await StartedAsync());
            stranger.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static Task HasEndedAsync(UpstreamConnection connection) =>
        ProcessEnd.OfAsync(int.Parse(JsonMembers.FindText(connection.Handshake.ServerInfo.Span, "name"u8)!, CultureInfo.InvariantCulture), Cancellation);

    private sealed class LogQueue : ILogger, ILoggerFactory
    {
        private readonly ConcurrentQueue<(int Id, string Text)> _lines = new();
        private readonly SemaphoreSlim _count = new(0);

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _lines.Enqueue((eventId.Id, formatter(state, exception)));
            _count.Release();
        }

        public async Task<string> NextAsync(int id, CancellationToken cancellationToken)
        {
            while (true)
            {
                await _count.WaitAsync(cancellationToken);
                if (_lines.TryDequeue(out var line) && line.Id == id)
                {
                    return line.Text;
                }
            }
        }

        public void Dispose() => _count.Dispose();
    }
}
