using System.Net;
using McpRegistry.Discovery;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Http;

public sealed class HttpSendTests
{
    private readonly Content _content = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A response that nobody disposes keeps its connection, and with many of them the server's places.</summary>
    [Fact]
    public async Task RunAsync_ReceivingFails_ResponseIsDisposed()
    {
        var faults = new List<string>();
        foreach (var failure in new Exception[] { new FormatException("odd"), new IOException("cut"), new OperationCanceledException() })
        {
            _content.IsDisposed = false;
            faults.Add((await RunAsync(_ => throw failure, Cancellation)).Fault!.Reason);
            Assert.True(_content.IsDisposed);
        }

        Assert.Equal([FaultReasons.ProtocolError, FaultReasons.Unreachable, FaultReasons.Timeout], faults);
    }

    [Fact]
    public async Task RunAsync_CallerGivesUpOrThereIsABug_ResponseIsDisposed()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await RunAsync(
            token =>
            {
                cancellation.Cancel();
                throw new IOException("aborted");
            },
            cancellation.Token));
        Assert.True(_content.IsDisposed);

        _content.IsDisposed = false;
        await Assert.ThrowsAsync<NotSupportedException>(async () => await RunAsync(_ => throw new NotSupportedException(), Cancellation));
        Assert.True(_content.IsDisposed);
    }

    private ValueTask<UpstreamReply> RunAsync(Func<CancellationToken, UpstreamReply> receive, CancellationToken cancellationToken) => HttpSend.RunAsync(
        static (test, _) => Task.FromResult(new HttpResponseMessage { Content = test._content }),
        (_, _, token) => new(receive(token)),
        this,
        cancellationToken);

    private sealed class Content : HttpContent
    {
        public bool IsDisposed { get; set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
