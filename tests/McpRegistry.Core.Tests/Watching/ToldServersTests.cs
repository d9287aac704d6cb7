using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using McpRegistry.Watching;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

/// <summary>A client may say as often as it likes that its roots changed; servers may take as long as they like to hear it.</summary>
public sealed class ToldServersTests : IDisposable
{
    private const string Changed = """{"jsonrpc":"2.0","method":"notifications/roots/list_changed","params":{"_meta":{"n":1}}}""";

    private readonly GatewayFixture _gateway = new();
    private readonly ClientSessions _sessions;
    private readonly string _sessionId;
    private readonly SessionFeeds _feeds;
    private readonly SlowServer _one = new();
    private readonly SlowServer _two = new();

    public ToldServersTests()
    {
        _sessions = new ClientSessions(Options.Create(new GatewayOptions()), _gateway.Clock);
        _sessionId = _sessions.Open("p", null, "2025-11-25", ClientProfile.Plain)!.Id;
        _feeds = new SessionFeeds(_gateway.Watching);
        foreach (var (alias, server) in new[] { ("one", _one), ("two", _two) })
        {
            var entry = SnapshotSample.Entry(alias, connections: server);
            _gateway.Snapshots.Set(entry);
            _feeds.Of(Session, _gateway.Caller).Use(entry);
        }
    }

    private ClientSession Session => _sessions.Find(_sessionId, null)!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sessions.Dispose();

    [Fact]
    public async Task RootsChanged_ManyTimesAtSlowServers_IsToldToAllAndOnceMore()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _feeds.RootsChanged(Session, Message.Utf8(Changed));
        }

        await HearAsync();
        Assert.Equal([Changed], _one.Heard);
        Assert.Equal([Changed], _two.Heard);

        _gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        await HearAsync();
        Assert.Equal([Changed, Changed], _one.Heard);
        Assert.Equal([Changed, Changed], _two.Heard);

        _gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        _feeds.RootsChanged(Session, Message.Utf8(Changed));
        await HearAsync();
        Assert.Equal(3, _one.Heard.Count);
        Assert.Equal(3, _two.Heard.Count);
    }

    [Fact]
    public void RootsChanged_Large_IsToldInFewWords()
    {
        _feeds.RootsChanged(Session, Message.Utf8(Changed.Replace("1}", $"\"{new string('x', 9_000)}\"}}", StringComparison.Ordinal)));

        Assert.Equal(["""{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"""], _one.Heard);
    }

    [Fact]
    public async Task SetLogLevel_OpenSessions_AreToldIfTheyLog()
    {
        _two.Capabilities = """{"logging":{}}""";
        _feeds.SetLogLevel(Session, LogLevel.Error);

        await _two.HearNextAsync(Cancellation);
        Assert.Contains("\"method\":\"logging/setLevel\",\"params\":{\"level\":\"error\"}", Assert.Single(_two.Heard), StringComparison.Ordinal);
        Assert.Empty(_one.Heard);
    }

    [Fact]
    public async Task RootsChanged_SessionEnds_NothingIsHeld()
    {
        _feeds.RootsChanged(Session, Message.Utf8(Changed));
        await HearAsync();

        _sessions.Close(Session);

        await _one.Returned;
        await _two.Returned;
    }

    private async Task HearAsync()
    {
        await _one.HearNextAsync(Cancellation);
        await _two.HearNextAsync(Cancellation);
    }

    /// <summary>Hears notifications and never takes them.</summary>
    private sealed class SlowServer : IServerConnections
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
        private readonly SemaphoreSlim _heard = new(0);
        private readonly TaskCompletionSource _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Heard { get; } = [];

        public string Capabilities { get; set; } = "{}";

        public Task Returned => _returned.Task.WaitAsync(Limit);

        public async Task HearNextAsync(CancellationToken cancellationToken) => Assert.True(await _heard.WaitAsync(Limit, cancellationToken));

        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) =>
            new(new UpstreamFault(FaultReasons.Unreachable, "no connections"));

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) =>
            new((IReadOnlyList<ConnectionLease>)[new Lease(this, Connect())]);

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => new((DiscoveryReport?)null);

        private FakeConnection Connect()
        {
            var connection = new FakeConnection(capabilities: Capabilities) { Notifies = HearAsync };
            connection.Answers = async (request, token) =>
            {
                await HearAsync(request.Write(1, connection.Handshake), token);
                return default;
            };
            return connection;
        }

        private async ValueTask HearAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
        {
            Heard.Add(Message.Text(notification));
            _heard.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        private sealed class Lease(SlowServer server, UpstreamConnection connection) : ConnectionLease(connection)
        {
            public override IDisposable Listen(IUpstreamListener listener) => new ListenerSet().Add(listener);

            public override UpstreamFault Report(UpstreamFault fault) => fault;

            protected override void Return() => server._returned.TrySetResult();
        }
    }
}
