using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Watching;

/// <summary>A legacy server that asks on the stream of its session, always under the id 0, as the SDKs begin to count.</summary>
internal sealed class AskingServer : IServerConnections
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly ListenerSet _listeners = new();
    private readonly FakeConnection _connection = new();
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that ends when somebody listens.</summary>
    public Task Heard => _heard.Task.WaitAsync(Limit);

    public Task<string> Answer => _answer.Task.WaitAsync(Limit);

    public bool IsAnswered => _answer.Task.IsCompleted;

    public bool Ask() => _listeners.TryAsk(new UpstreamQuestion(Message.Upstream("""{"jsonrpc":"2.0","id":0,"method":"roots/list"}"""), answer =>
    {
        _answer.TrySetResult(Message.Text(answer));
        return new(true);
    }));

    public void TakeBack() => _listeners.Notified(Message.Upstream("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}"""));

    public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => new(new Lease(this));

    public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) =>
        new((IReadOnlyList<ConnectionLease>)[]);

    public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => new((DiscoveryReport?)null);

    private sealed class Lease(AskingServer server) : ConnectionLease(server._connection)
    {
        public override IDisposable Listen(IUpstreamListener listener)
        {
            var membership = server._listeners.Add(listener);
            server._heard.TrySetResult();
            return membership;
        }

        public override UpstreamFault Report(UpstreamFault fault) => fault;

        protected override void Return()
        {
            // Nothing is pooled.
        }
    }
}
