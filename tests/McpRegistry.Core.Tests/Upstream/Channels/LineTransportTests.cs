using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using McpRegistry.Discovery;
using McpRegistry.Upstream.Channels;
using ModelContextProtocol.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

public sealed class LineTransportTests
{
    private const int Limit = 10_000;
    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private int _oddities;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Half a line in the pipe would swallow the next message, which is another call's.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendMessageAsync_CallerGivesUpHalfway_MessageGoesOutWhole()
    {
        var input = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        await using var transport = Start(input);
        using var cancellation = new CancellationTokenSource();
        var cut = transport.SendMessageAsync(Notification("first"), cancellation.Token);
        Assert.False(cut.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cut);
        var second = transport.SendMessageAsync(Notification("second"), CancellationToken.None);

        using var reader = new StreamReader(input.Reader.AsStream());
        Assert.Equal("first", MethodOf(await reader.ReadLineAsync(CancellationToken.None)));
        Assert.Equal("second", MethodOf(await reader.ReadLineAsync(CancellationToken.None)));
        await second;
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendMessageAsync_CallerGivesUpBeforeItsTurn_SendsNothing()
    {
        var input = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        await using var transport = Start(input);
        var first = transport.SendMessageAsync(Notification("first"), CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        var never = transport.SendMessageAsync(Notification("never"), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
        var third = transport.SendMessageAsync(Notification("third"), CancellationToken.None);

        using var reader = new StreamReader(input.Reader.AsStream());
        Assert.Equal("first", MethodOf(await reader.ReadLineAsync(CancellationToken.None)));
        Assert.Equal("third", MethodOf(await reader.ReadLineAsync(CancellationToken.None)));
        await Task.WhenAll(first, third);
    }

    /// <summary>A client may write its arguments over several lines; here a message is one.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task SendMessageAsync_TextHasLineBreaks_IsOneLine()
    {
        var input = new Pipe();
        await using var transport = Start(input);
        var message = JsonRpcText.Keep(Notification("a"), Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\r\n\"method\":\"a\",\n\"params\":{\"text\":\"\\n\"}}"));
        await transport.SendMessageAsync(message, CancellationToken.None);

        using var reader = new StreamReader(input.Reader.AsStream());
        Assert.Equal("a", MethodOf(await reader.ReadLineAsync(CancellationToken.None)));
    }

    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData("MESSAGE\n", 1)]
    [InlineData("MESSAGE\r\nMESSAGE\n", 2)]
    [InlineData("\n\r\n  \nMESSAGE\n", 1)]
    [InlineData("\uFEFFMESSAGE\n", 1)]
    [InlineData("  MESSAGE  \n", 1)]
    [InlineData("MESSAGE\nMESSAGE", 2)]
    [InlineData("[MESSAGE,MESSAGE]\nMESSAGE\n", 3)]
    public async Task MessageReader_Lines_AreMessages(string text, int expected)
    {
        await using var transport = Start(new Pipe());
        foreach (var one in Encoding.UTF8.GetBytes(text.Replace("MESSAGE", Message(20), StringComparison.Ordinal)))
        {
            await _output.Writer.WriteAsync(new[] { one }, Cancellation);
        }

        await _output.Writer.CompleteAsync();
        await transport.Completion;

        for (var i = 0; i < expected; i++)
        {
            Assert.True(transport.MessageReader.TryRead(out _));
        }

        Assert.Equal(FaultReasons.ProcessExited, (await FaultAsync(transport)).Fault.Reason);
        Assert.Equal(0, _oddities);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task MessageReader_OtherLines_AreToldOfOnce()
    {
        await using var transport = Start(new Pipe());
        await WriteAsync($"Server is starting\n{{}}\n[1,2]\nnull\n{Message(20)}\n");

        Assert.IsType<JsonRpcNotification>(await transport.MessageReader.ReadAsync(Cancellation));
        Assert.Equal(1, _oddities);
    }

    /// <summary>Its caller would wait for it until the deadline.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task MessageReader_AnswerIsNestedTooDeep_IsAnError()
    {
        await using var transport = Start(new Pipe());
        await WriteAsync($"{{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{{\"a\":{new string('[', 100)}{new string(']', 100)}}}}}\n");

        Assert.Equal(7L, Assert.IsType<JsonRpcError>(await transport.MessageReader.ReadAsync(Cancellation)).Id.Id);
    }

    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData(Limit, true)]
    [InlineData(Limit + 1, false)]
    public async Task MessageReader_LineAtTheLimit_IsTheLongest(int length, bool fits)
    {
        await using var transport = Start(new Pipe());
        await WriteAsync(Message(length) + "\n");

        if (fits)
        {
            Assert.IsType<JsonRpcNotification>(await transport.MessageReader.ReadAsync(Cancellation));
        }
        else
        {
            Assert.Equal(FaultReasons.TooLarge, (await FaultAsync(transport)).Fault.Reason);
        }
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task MessageReader_LineWithoutEnd_IsRefusedBeforeItEnds()
    {
        await using var transport = Start(new Pipe());
        await WriteAsync(new string('x', Limit + 1));

        Assert.Equal(FaultReasons.TooLarge, (await FaultAsync(transport)).Fault.Reason);
    }

    /// <summary>A server that says more than is read has to wait.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task MessageReader_ServerFloods_HoldsNoMoreThanTheLimit()
    {
        var line = Encoding.UTF8.GetBytes(Message(100) + "\n");
        var output = new EndlessStream(line);
        await using var transport = new LineTransport(Stream.Null, output, Limit, () => { });
        for (var i = 1; i <= 20_000; i++)
        {
            await transport.MessageReader.ReadAsync(Cancellation);

            Assert.InRange(output.Given - ((long)i * line.Length), 0, Limit + (32 * 1024));
        }
    }

    private LineTransport Start(Pipe input) =>
        new(input.Writer.AsStream(), _output.Reader.AsStream(), Limit, () => _oddities++);

    private async Task WriteAsync(string text) => await _output.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), Cancellation);

    private static async Task<ChannelFaultException> FaultAsync(LineTransport transport) =>
        await Assert.ThrowsAsync<ChannelFaultException>(async () =>
        {
            while (await transport.MessageReader.WaitToReadAsync(Cancellation))
            {
                Assert.Fail("A message was read.");
            }
        });

    private static string Message(int length)
    {
        const string Start = "{\"jsonrpc\":\"2.0\",\"method\":\"a\"";
        return Start + new string(' ', Math.Max(0, length - Start.Length - 1)) + "}";
    }

    private static JsonRpcNotification Notification(string method) => new() { Method = method };

    private static string? MethodOf(string? line)
    {
        using var json = JsonDocument.Parse(line!);
        return json.RootElement.GetProperty("method").GetString();
    }
}
