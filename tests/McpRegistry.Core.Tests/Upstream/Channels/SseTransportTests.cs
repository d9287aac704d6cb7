using System.Net;
using System.Text;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;
using UpstreamOptions = McpRegistry.Upstream.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>A real server over HTTP+SSE, which sends whatever bytes the test wants.</summary>
public sealed class SseTransportTests : IAsyncLifetime, IAddressResolver
{
    private const string Endpoint = "event: endpoint\ndata: /messages?session=1\n\n";

    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"t\"") };
    private readonly UpstreamHttp _http;
    private readonly ChannelConnector _channels;
    private readonly TaskCompletionSource<UpstreamExchange> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ScriptedUpstream _upstream = null!;

    /// <summary>Where the server is found; it listens on <see cref="IPAddress.Loopback"/> alone.</summary>
    private IPAddress _address = IPAddress.Loopback;

    /// <summary>Sees the posts first, and tells whether it has answered one.</summary>
    private Func<UpstreamExchange, Task<bool>>? _posts;

    public SseTransportTests()
    {
        var options = Options.Create(new UpstreamOptions { MaxMessageBytes = 100_000 });
        var policy = new OutboundAddressPolicy(Options.Create(new OutboundOptions { AllowLoopback = true }));
        _http = new UpstreamHttp(options, Options.Create(new GatewayOptions()), new OutboundConnector(policy, this));
        _channels = new ChannelConnector(_http, options, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _upstream = await ScriptedUpstream.StartAsync(McpRegistry.TestSupport.Upstreams.UpstreamOptions.Legacy, Cancellation);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _upstream.DisposeAsync();
    }

    ValueTask<IPAddress[]> IAddressResolver.ResolveAsync(string host, CancellationToken cancellationToken) => new([_address]);

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendAsync_StreamHasOtherEvents_GetsItsAnswer()
    {
        Serve(": hello\n\nevent: ping\ndata: {}\n\n" + Endpoint, id => $"event: ping\ndata: {{}}\n\ndata: keep-alive\n\ndata: [{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"ok\":true}}}}]\n\n");
        await using var connection = (await OpenAsync()).Connection!;

        var reply = await connection.SendAsync(Call, null, Cancellation);

        Assert.Equal("{\"ok\":true}", Message.Text(reply.Message!.Raw(reply.Message.Result)));
        Assert.All(_upstream.Requests.All.Where(request => request.Verb == "POST"), request => Assert.Equal("/messages", request.Path));
    }

    /// <summary>Any URL that refuses a POST is asked for such a stream.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task OpenAsync_FirstEventHasNoEnd_IsRefused()
    {
        Serve("event: endpoint\ndata: " + new string('x', 200_000), _ => "");

        Assert.Equal(FaultReasons.TooLarge, (await OpenAsync()).Fault!.Reason);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenRequests == 0, "the stream is closed", Cancellation);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendAsync_AnswerHasNoEnd_EndsTheConnection()
    {
        Serve(Endpoint, id => $"data: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"text\":\"{new string('x', 200_000)}");
        await using var connection = (await OpenAsync()).Connection!;

        Assert.Equal(FaultReasons.TooLarge, (await connection.SendAsync(Call, null, Cancellation)).Fault!.Reason);
        Assert.True(connection.HasEnded);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenRequests == 0, "the stream is closed", Cancellation);
    }

    /// <summary>Its caller would wait for it until the deadline.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendAsync_AnswerIsNestedTooDeep_IsAnErrorAtOnce()
    {
        Serve(Endpoint, id => $"data: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"a\":{new string('[', 100)}{new string(']', 100)}}}}}\n\n");
        await using var connection = (await OpenAsync()).Connection!;

        Assert.True((await connection.SendAsync(Call, null, Cancellation)).Message!.IsError);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendAsync_StreamEnds_IsALostConnection()
    {
        Serve(Endpoint, _ => null);
        await using var connection = (await OpenAsync()).Connection!;

        Assert.Equal((FaultReasons.Unreachable, true), await connection.SendAsync(Call, null, Cancellation) is { Fault: { } fault } ? (fault.Reason, fault.MayHaveRun) : default);
        Assert.True(connection.HasEnded);
    }

    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData("")]
    [InlineData("event: ping\ndata: {}\n\ndata: /messages\n\n")]
    [InlineData("<html></html>")]
    public async Task OpenAsync_StreamEndsWithoutAnEndpoint_IsNone(string stream)
    {
        _upstream.Guard = async exchange =>
        {
            await exchange.StatusAsync(200, "text/event-stream", stream);
            return true;
        };

        // A handshake on a stream that has ended would fail for that reason too.
        Assert.Equal((FaultReasons.Unreachable, "The server offers no event stream at this URL."), await OpenAsync() is { Fault: { } fault } ? (fault.Reason, fault.Message) : default);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task OpenAsync_Refused_TellsTheStatus()
    {
        _upstream.Guard = async exchange =>
        {
            await exchange.StatusAsync(404);
            return true;
        };

        Assert.Equal((FaultReasons.HttpError, 404), await OpenAsync() is { Fault: { } fault } ? (fault.Reason, fault.HttpStatus) : default);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task OpenAsync_TooManyRequests_TellsHowLongToWait()
    {
        _upstream.Guard = async exchange =>
        {
            exchange.Header("Retry-After", "7");
            await exchange.StatusAsync(429);
            return true;
        };

        Assert.Equal(TimeSpan.FromSeconds(7), (await OpenAsync()).Fault!.RetryAfter);
    }

    /// <summary>Each message is a request of its own; that one is refused says nothing about the others.</summary>
    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData(400, false)]
    [InlineData(413, false)]
    [InlineData(429, false)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task SendAsync_PostIsRefused_FailsAlone(int status, bool mayHaveRun)
    {
        var slow = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(Endpoint, id => slow.TrySetResult(id) ? "" : Answer(id));
        await using var connection = (await OpenAsync()).Connection!;
        var other = connection.SendAsync(Call, null, Cancellation).AsTask();
        var id = await slow.Task.WaitAsync(Cancellation);
        _posts = async exchange =>
        {
            if (exchange.Request.Method != "tools/call")
            {
                return false;
            }

            exchange.Header("Retry-After", "7");
            await exchange.StatusAsync(status);
            return true;
        };

        var fault = (await connection.SendAsync(Call, null, Cancellation)).Fault!;

        Assert.Equal((FaultReasons.HttpError, status, TimeSpan.FromSeconds(7), mayHaveRun), (fault.Reason, fault.HttpStatus, fault.RetryAfter, fault.MayHaveRun));
        Assert.False(fault.MeansDown || connection.HasEnded);
        await (await _stream.Task).WriteAsync(Encoding.UTF8.GetBytes(Answer(id)));
        Assert.False((await other).Message!.IsError);
    }

    /// <summary>A server that closes its door may still finish what it has begun.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendAsync_NoConnectionForThePost_WasNotSentAndFailsAlone()
    {
        var slow = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(Endpoint, id => slow.TrySetResult(id) ? "" : Answer(id));
        _posts = exchange =>
        {
            exchange.Header("Connection", "close");
            return Task.FromResult(false);
        };
        await using var connection = (await OpenAsync()).Connection!;
        var other = connection.SendAsync(Call, null, Cancellation).AsTask();
        var id = await slow.Task.WaitAsync(Cancellation);
        await _upstream.WaitUntilAsync(static upstream => upstream.OpenConnections == 1, "only the stream is open", Cancellation);
        _address = IPAddress.Parse("127.0.0.2");

        var fault = (await connection.SendAsync(Call, null, Cancellation)).Fault!;

        Assert.Equal((FaultReasons.Unreachable, false, false), (fault.Reason, fault.MayHaveRun, fault.MeansDown));
        await (await _stream.Task).WriteAsync(Encoding.UTF8.GetBytes(Answer(id)));
        Assert.False((await other).Message!.IsError);
    }

    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData(400)]
    [InlineData(404)]
    public async Task SendAsync_ServerHasForgottenTheSession_EndsTheConnection(int status)
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(Endpoint, _ => slow.TrySetResult() ? "" : "never");
        await using var connection = (await OpenAsync()).Connection!;
        var other = connection.SendAsync(Call, null, Cancellation).AsTask();
        await slow.Task.WaitAsync(Cancellation);
        _posts = async exchange =>
        {
            await exchange.StatusAsync(status);
            return true;
        };

        var fault = (await connection.SendAsync(Call, null, Cancellation)).Fault!;

        Assert.Equal((FaultReasons.SessionLost, false, true), (fault.Reason, fault.MayHaveRun, fault.MeansDown));
        Assert.True(connection.HasEnded);
        Assert.Equal((FaultReasons.SessionLost, true), await other is { Fault: { } lost } ? (lost.Reason, lost.MayHaveRun) : default);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task DisposeAsync_OpenStream_ClosesIt()
    {
        Serve(Endpoint, _ => "");
        var connection = (await OpenAsync()).Connection!;

        await connection.DisposeAsync();

        await _upstream.WaitUntilAsync(upstream => upstream.OpenRequests == 0, "the stream is closed", Cancellation);
    }

    /// <summary>Opens the stream with some bytes, and answers each call with some more; null ends the stream.</summary>
    private void Serve(string beginning, Func<string, string?> answer) => _upstream.Guard = async exchange =>
    {
        if (exchange.Request.Verb == "GET")
        {
            exchange.Header("Content-Type", "text/event-stream");
            await exchange.WriteAsync(Encoding.UTF8.GetBytes(beginning));
            _stream.TrySetResult(exchange);
            await _ended.Task.WaitAsync(exchange.Ended);
            return true;
        }

        if (_posts is { } posts && await posts(exchange))
        {
            return true;
        }

        await exchange.StatusAsync(202);
        var stream = await _stream.Task;
        var text = exchange.Request.Method switch
        {
            "initialize" => $$$"""data: {"jsonrpc":"2.0","id":{{{exchange.Request.Id}}},"result":{"protocolVersion":"2024-11-05","capabilities":{},"serverInfo":{"name":"s","version":"1"} } }""" + "\n\n",
            "tools/call" => answer(exchange.Request.Id!),
            _ => "",
        };
        if (text is null)
        {
            _ended.TrySetResult();
        }
        else if (text.Length > 0)
        {
            // Not waited for: one that is too large is never taken whole.
            _ = stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        }

        return true;
    };

    private static string Answer(string id) => $"data: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{}}}}\n\n";

    private async Task<ConnectResult> OpenAsync()
    {
        var endpoint = SampleServers.Of("a", TransportKind.Sse, $"http://sse.test:{_upstream.Url.Port}/sse").Endpoints[0];
        return await _channels.OpenSseAsync(endpoint, "a", ClientProfile.Plain, null, Cancellation);
    }
}
