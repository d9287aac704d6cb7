using System.Text;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Logging;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;
using UpstreamOptions = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>Streams that carry more than single messages, which is no reason to give up what they do carry.</summary>
public sealed class OddStreamTests : IAsyncDisposable
{
    private const string Change = """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""";

    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, RoutingName = "t", Members = Message.Utf8("\"name\":\"t\"") };
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly CountingLog _log = new();
    private ScriptedUpstream _upstream = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _upstream.DisposeAsync();
    }

    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData("event: ping\ndata: {}\n\nANSWER")]
    [InlineData("event: ping\ndata: {\"jsonrpc\":\"2.0\",\"id\":ID,\"error\":{\"code\":1,\"message\":\"of another event\"}}\n\nANSWER")]
    [InlineData("data: {}\n\ndata: keep-alive\n\ndata: [1]\n\ndata: [\n\nANSWER")]
    [InlineData("data: {\"jsonrpc\":\"1.0\",\"method\":\"a\"}\n\nANSWER")]
    public async Task SendAsync_OtherThingsComeBeforeTheAnswer_ArePassedOver(string stream)
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", exchange => exchange.WriteAsync(Stream(exchange, stream.Replace("ANSWER", "data: {\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{}}\n\n", StringComparison.Ordinal))));

        Assert.True((await connection.SendAsync(Call, null, Cancellation)).Message is { IsError: false });
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendAsync_ServerOf20250326SendsABatch_IsReadMessageByMessage()
    {
        await using var connection = await OpenAsync();
        const string Batch = """ [{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}} , {"jsonrpc":"2.0","id":ID,"result":{}}]""";
        _upstream.On("tools/call", Answers.InOrder(
            exchange => exchange.SendAsync(Batch.Replace("ID", exchange.Request.Id, StringComparison.Ordinal)),
            exchange => exchange.SendEventAsync(Batch.Replace("ID", exchange.Request.Id, StringComparison.Ordinal))));
        for (var i = 1; i <= 2; i++)
        {
            var observer = new RecordingObserver();

            Assert.True((await connection.SendAsync(Call, observer, Cancellation)).Message is { IsError: false });
            Assert.Single(observer.Heard);
        }
    }

    /// <summary>Who waits for it would wait until the deadline.</summary>
    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":3}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{},\"result\":{}}")]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":3}]")]
    public async Task SendAsync_AnswerIsNone_EndsTheCallAtOnce(string answer)
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", async exchange =>
        {
            await exchange.WriteAsync(Stream(exchange, $"data: {answer}\n\n"));
            await Answers.Never(exchange);
        });

        Assert.Equal(FaultReasons.ProtocolError, (await connection.SendAsync(Call, null, Cancellation)).Fault!.Reason);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendAsync_NothingButOddities_IsNoLostConnection()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", exchange => exchange.WriteAsync(Stream(exchange, "data: keep-alive\n\ndata: keep-alive\n\n")));

        Assert.Equal(FaultReasons.ProtocolError, (await connection.SendAsync(Call, null, Cancellation)).Fault!.Reason);
        Assert.Equal(1, _log.Count);
    }

    /// <summary>Each of them would have the supervisor connect again, without end.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task WatchAsync_StreamCarriesMoreThanMessages_GoesOn()
    {
        await using var connection = await OpenAsync();
        const string Odd = "event: ping\ndata: {}\n\ndata: keep-alive\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":3}\n\n";
        _upstream.Guard = async exchange =>
        {
            if (exchange.Request.Verb != "GET")
            {
                return false;
            }

            await exchange.WriteAsync(Stream(exchange, $"{Odd}{Odd}data: [{Change},{Change}]\n\n{Odd}data: {Change}\n\n"));
            await Answers.Never(exchange);
            return true;
        };
        using var heard = new SemaphoreSlim(0);
        var watch = connection.WatchAsync(new MethodListener(method => heard.Release(method == McpMethod.ToolsListChanged ? 1 : 100)), Cancellation);
        for (var i = 0; i < 3; i++)
        {
            await heard.WaitAsync(Cancellation);
        }

        Assert.Equal(0, heard.CurrentCount);
        Assert.False(watch.IsCompleted);
        Assert.Equal(1, _log.Count);
    }

    private static byte[] Stream(UpstreamExchange exchange, string text)
    {
        exchange.Header("Content-Type", "text/event-stream");
        return Encoding.UTF8.GetBytes(text.Replace("ID", exchange.Request.Id, StringComparison.Ordinal));
    }

    private async Task<UpstreamConnection> OpenAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Legacy, Cancellation);
        var channel = new HttpChannel(_http, _upstream.Url, 1_000_000) { Teller = (_log, "a") };
        return (await LegacyHttpConnection.OpenAsync(channel, new ManualTimeProvider(), ClientProfile.Plain, "2025-11-25", Cancellation)).Connection!;
    }

    private sealed class CountingLog : ILogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Add(ref _count, eventId.Id == 2103 ? 1 : 0);
    }
}
