using System.Threading.Channels;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Hands every attempt to connect to the test, which ends it.</summary>
internal sealed class FakeConnector : IUpstreamConnector
{
    private readonly Channel<Attempt> _attempts = Channel.CreateUnbounded<Attempt>();
    private int _count;

    public int Attempts => Volatile.Read(ref _count);

    /// <summary>Gets or sets what ends every attempt at once; null leaves that to the test.</summary>
    public Func<ConnectResult>? Always { get; set; }

    public async ValueTask<ConnectResult> ConnectAsync(RegisteredServer server, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        var attempt = new Attempt(endpoint);
        if (Always is { } always)
        {
            return always();
        }

        _attempts.Writer.TryWrite(attempt);
        using var registration = cancellationToken.UnsafeRegister(static (attempt, token) => ((Attempt)attempt!).TrySetCanceled(token), attempt);
        return await attempt.Task;
    }

    /// <summary>Returns the next attempt that is the test's to end, waiting until it is made.</summary>
    public ValueTask<Attempt> NextAsync() => _attempts.Reader.NextAsync("an attempt to connect is made", TestContext.Current.CancellationToken);

    public void Forget(Guid endpointId)
    {
        // It remembers nothing.
    }

    /// <summary>An attempt to connect to an endpoint, which its result ends, or whoever has begun it.</summary>
    internal sealed class Attempt(ServerEndpoint endpoint) : TaskCompletionSource<ConnectResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public ServerEndpoint Endpoint => endpoint;
    }
}
