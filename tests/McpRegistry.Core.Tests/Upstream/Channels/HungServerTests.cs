using System.Globalization;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>Servers that hold their channel open and do nothing any more, and those that only seem to.</summary>
public sealed class HungServerTests : IDisposable
{
    private const string ModernDiscovery = """
        "result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{}}
        """;

    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"t\"") };
    private readonly string _file = Path.GetTempFileName();
    private readonly SignallingTimeProvider _clock = new();

    public static TheoryData<ProtocolEra> Eras => [ProtocolEra.Legacy, ProtocolEra.Modern];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_file);

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task NoteTimeout_ServerDoesNotAnswerThatItIsThere_EndsTheConnection(ProtocolEra era)
    {
        var (connection, transport) = await OpenAsync(era);
        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);
        var other = connection.SendAsync(Call, null, Cancellation).AsTask();
        await GiveUpAsync(connection, transport);
        transport.IsHung = true;

        connection.NoteTimeout();
        await transport.NextRequestAsync(PingOf(era));
        await AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Equal((FaultReasons.SessionLost, true), ((await watch)!.Reason, (await other).Fault!.MayHaveRun));
        Assert.True(connection.HasEnded);
        await connection.DisposeAsync();
        Assert.Equal(1, transport.Disposals);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task NoteTimeout_ServerIsThere_KeepsTheConnection(ProtocolEra era)
    {
        var (connection, transport) = await OpenAsync(era);
        await using (connection)
        {
            await GiveUpAsync(connection, transport);
            connection.NoteTimeout();
            var ping = await transport.NextRequestAsync(PingOf(era));
            if (era == ProtocolEra.Legacy)
            {
                // Even one that does not know the question.
                transport.Answer(ping, "\"error\":{\"code\":-32601,\"message\":\"no\"}");
            }

            await transport.SettleAsync();
            await AdvanceAsync(TimeSpan.FromSeconds(10));

            var next = connection.SendAsync(Call, null, Cancellation).AsTask();
            transport.Answer(await transport.NextRequestAsync("tools/call"), "\"result\":{}");
            Assert.True((await next).Answered);
        }
    }

    /// <summary>It works on something else, and need not find the time to answer at once.</summary>
    [Fact]
    public async Task NoteTimeout_ServerSaysSomethingElse_KeepsTheConnection()
    {
        var (connection, transport) = await OpenAsync(ProtocolEra.Legacy);
        await using (connection)
        {
            await GiveUpAsync(connection, transport);
            connection.NoteTimeout();
            await transport.NextRequestAsync("ping");
            transport.Receive("""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}""");
            await transport.SettleAsync();
            await AdvanceAsync(TimeSpan.FromSeconds(10));
            await transport.NextAsync("notifications/cancelled");

            var next = connection.SendAsync(Call, null, Cancellation).AsTask();
            transport.Answer(await transport.NextRequestAsync("tools/call"), "\"result\":{}");
            Assert.True((await next).Answered);
        }
    }

    [Fact]
    public async Task NoteTimeout_ServerHasSpokenDuringTheCall_IsNotAsked()
    {
        var (connection, transport) = await OpenAsync(ProtocolEra.Legacy);
        await using (connection)
        {
            await GiveUpAsync(connection, transport, """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");
            connection.NoteTimeout();

            var next = connection.SendAsync(Call, null, Cancellation).AsTask();
            Assert.Equal("tools/call", (await transport.NextRequestAsync()).Method);
            await connection.DisposeAsync();
            Assert.False((await next).Answered);
        }
    }

    /// <summary>It may wait for the answer with whatever else it has to do.</summary>
    [Fact]
    public async Task NoteTimeout_QuestionOfTheServerIsOpen_IsNotAskedUntilItIsAnswered()
    {
        var (connection, transport) = await OpenAsync(ProtocolEra.Legacy);
        var asked = new Asked();
        var first = connection.SendAsync(Call, asked, Cancellation).AsTask();
        await transport.NextRequestAsync("tools/call");
        transport.Receive("""{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{}}""");
        await transport.SettleAsync();
        await GiveUpAsync(connection, transport);
        connection.NoteTimeout();
        Assert.DoesNotContain("ping", await transport.SettleAsync());

        await asked.Question!.AnswerAsync(Message.Utf8("{}"), isError: false);
        await GiveUpAsync(connection, transport);
        connection.NoteTimeout();
        await transport.NextRequestAsync("ping");
        await connection.DisposeAsync();
        Assert.False((await first).Answered);
    }

    /// <summary>A process that has stopped reading and writing, and would sleep for ten minutes.</summary>
    [Fact]
    public async Task NoteTimeout_ProcessHangs_IsKilled()
    {
        await File.WriteAllTextAsync(
            _file,
            """
            while read -r line; do
              id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
              case "$line" in
                *'"initialize"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"%s","version":"1"}}}\n' "$id" "$$" ;;
                *tools/call*) sleep 600 ;;
              esac
            done
            """,
            Cancellation);
        var options = Options.Create(new UpstreamOptions { ProcessShutdownTimeout = TimeSpan.FromMilliseconds(100) });
        var channels = new ChannelConnector(null!, options, _clock, NullLoggerFactory.Instance);
        var sample = SampleServers.Of("a", TransportKind.Stdio).Endpoints[0];
        var opened = await channels.StartProcessAsync(
            sample with { Url = null, Command = "/bin/sh", Arguments = [_file], Era = ProtocolEra.Legacy }, "a", ClientProfile.Plain, Cancellation);
        await using var connection = opened.Connection!;
        var process = int.Parse(JsonMembers.FindText(connection.Handshake.ServerInfo.Span, "name"u8)!, CultureInfo.InvariantCulture);
        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);
        using var deadline = new CancellationTokenSource();
        var call = connection.SendAsync(Call, null, deadline.Token).AsTask();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        connection.NoteTimeout();
        await AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(FaultReasons.SessionLost, (await watch)!.Reason);
        await connection.DisposeAsync();
        await ProcessEnd.OfAsync(process, Cancellation);
    }

    private static string PingOf(ProtocolEra era) => era == ProtocolEra.Legacy ? "ping" : "server/discover";

    private async Task<(UpstreamConnection Connection, FakeTransport Transport)> OpenAsync(ProtocolEra era)
    {
        var transport = era == ProtocolEra.Legacy ? new FakeTransport() : new FakeTransport { Discover = ModernDiscovery };
        var connection = (await ChannelConnection.OpenAsync(
            transport, ClientProfile.Plain, era, TimeSpan.FromMinutes(5), 1_000_000, _clock, Cancellation)).Connection!;
        if (era == ProtocolEra.Modern)
        {
            await transport.NextRequestAsync("server/discover");
        }

        return (connection, transport);
    }

    /// <summary>Has a call time out.</summary>
    private static async Task GiveUpAsync(UpstreamConnection connection, FakeTransport transport, string? meanwhile = null)
    {
        using var deadline = new CancellationTokenSource();
        var call = connection.SendAsync(Call, null, deadline.Token).AsTask();
        await transport.NextRequestAsync("tools/call");
        if (meanwhile is not null)
        {
            transport.Receive(meanwhile);
            await transport.SettleAsync();
        }

        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    /// <summary>Moves the clock once somebody waits for that.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        while (await _clock.NextDelayAsync().AsTask().WaitAsync(Cancellation) != by)
        {
        }

        _clock.Clock.Advance(by);
    }

    private sealed class Asked : IUpstreamObserver
    {
        public UpstreamQuestion? Question { get; private set; }

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public bool TryAsk(UpstreamQuestion question)
        {
            Question = question;
            return true;
        }
    }
}
