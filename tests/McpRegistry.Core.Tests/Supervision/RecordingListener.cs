using System.Threading.Channels;
using McpRegistry.Protocol;
using McpRegistry.Supervision;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <summary>Hands over what happens to an endpoint, in order.</summary>
internal sealed class RecordingListener : IEndpointListener
{
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();

    public void Connected(SupervisedEndpoint endpoint) => _events.Writer.TryWrite("up");

    public void Disconnected(SupervisedEndpoint endpoint, UpstreamFault fault) => _events.Writer.TryWrite("down " + fault.Reason);

    public void CloseFailed(Exception exception) => _events.Writer.TryWrite("close failed");

    public void Changed(McpMethod notification) => _events.Writer.TryWrite(notification.ToString());

    public void Updated(string uri) => _events.Writer.TryWrite("updated " + uri);

    public ValueTask<string> NextAsync() => _events.Reader.NextAsync("something happens to the endpoint", TestContext.Current.CancellationToken);

    public bool HasMore() => _events.Reader.TryPeek(out _);
}
