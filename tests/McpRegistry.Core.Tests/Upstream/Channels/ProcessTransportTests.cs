using System.IO.Pipelines;
using System.Text.Json;
using McpRegistry.Upstream.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

public sealed class ProcessTransportTests
{
    /// <summary>Half a line in the pipe would swallow the next message, which is another call's.</summary>
    [Fact]
    public async Task SendMessageAsync_CallerGivesUpHalfway_MessageGoesOutWhole()
    {
        var input = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        await using var transport = await StartAsync(input);
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

    [Fact]
    public async Task SendMessageAsync_CallerGivesUpBeforeItsTurn_SendsNothing()
    {
        var input = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        await using var transport = await StartAsync(input);
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

    private static async Task<ProcessTransport> StartAsync(Pipe input) =>
        new(await new StreamClientTransport(input.Writer.AsStream(), new Pipe().Reader.AsStream()).ConnectAsync(CancellationToken.None), new ProcessFamily());

    private static JsonRpcNotification Notification(string method) => new() { Method = method };

    private static string? MethodOf(string? line)
    {
        using var json = JsonDocument.Parse(line!);
        return json.RootElement.GetProperty("method").GetString();
    }
}
