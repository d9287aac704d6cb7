using System.Threading.Channels;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Hands every attempt to connect to the test, which ends it.</summary>
internal sealed class FakeConnector : IUpstreamConnector
{
    private readonly Channel<TaskCompletionSource<ConnectResult>> _attempts = Channel.CreateUnbounded<TaskCompletionSource<ConnectResult>>();
    private int _count;

    public int Attempts => Volatile.Read(ref _count);

    /// <summary>Gets or sets what ends every attempt at once; null leaves that to the test.</summary>
    public Func<ConnectResult>? Always { get; set; }

    public async ValueTask<ConnectResult> ConnectAsync(RegisteredServer server, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        var attempt = new TaskCompletionSource<ConnectResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Always is { } always)
        {
            attempt.SetResult(always());
        }

        _attempts.Writer.TryWrite(attempt);
        return await attempt.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Returns the next attempt, waiting until it is made.</summary>
    public ValueTask<TaskCompletionSource<ConnectResult>> NextAsync() => _attempts.Reader.ReadAsync();

    public void Forget(Guid endpointId)
    {
        // It remembers nothing.
    }
}
