using System.Text;
using BenchmarkDotNet.Attributes;
using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Active;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Gateway.Caching;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Benchmarks.Gateway;

/// <summary>What does an answer from the cache cost, against relaying one of a server that answers at once and from memory?</summary>
public class CachedAnswerBenchmark
{
    private readonly RegistrySnapshots _snapshots = new();
    private UpstreamRelay _cached = null!;
    private UpstreamRelay _relaying = null!;
    private ServerEntry _server = null!;
    private ClientMessage _message = null!;

    /// <summary>Gets or sets the size of the answer, bytes.</summary>
    [Params(1_000, 100_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        EnvelopeReader.Read(
            """{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"test://one","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"""u8.ToArray(),
            EnvelopeLimits.Default,
            out _message);
        var now = DateTimeOffset.UnixEpoch;
        var server = new RegisteredServer { Id = Guid.CreateVersion7(now), Name = "up", Alias = "up", Endpoints = [], CreatedAt = now, UpdatedAt = now };
        var report = new DiscoveryReport { Health = ServerHealth.Healthy, CompletedAt = now, HasItems = true, Era = ProtocolEra.Modern };
        _server = new ServerEntry(server, report, new ServerCondition(ServerHealth.Healthy, null, now), new ReadyServer(Bytes));
        _snapshots.Set(_server);
        _cached = Create(isEnabled: true);
        _relaying = Create(isEnabled: false);
    }

    [Benchmark(Baseline = true)]
    public async ValueTask<int> Relayed() => (await _relaying.SendAsync(Call(), RouteTarget.To(_server, "test://one"), CancellationToken.None)).Json.Length;

    [Benchmark]
    public async ValueTask<int> Cached() => (await _cached.SendAsync(Call(), RouteTarget.To(_server, "test://one"), CancellationToken.None)).Json.Length;

    private GatewayCall Call() => new()
    {
        Message = _message,
        Era = ProtocolEra.Modern,
        Caller = new Caller("bench", TenantId.Global, ApiKeyScope.Proxy),
        Alias = "up",
        Stream = new NoStream(),
        Target = _server,
        IsForEveryone = true,
    };

    private UpstreamRelay Create(bool isEnabled)
    {
        var options = Options.Create(new GatewayOptions());
        var cacheOptions = Options.Create(new ResponseCacheOptions { Enabled = isEnabled });
        var instruments = new CacheInstruments(new RegistryMeter());
        var cache = new ResponseCache(_snapshots, cacheOptions, TimeProvider.System, instruments);
        var sealer = new ProcessKeySealer(TimeProvider.System);
        var active = new ActiveCalls(TimeProvider.System);
        var suspended = new SuspendedCalls(options, sealer, active, TimeProvider.System);
        var self = new AnsweringServer(options);
        var cached = new CachedAnswers(cache, self, cacheOptions, TimeProvider.System, instruments);
        var policies = new CallPolicies(Options.Create(new ResilienceOptions()), options);
        var retries = new RetryPolicy(Options.Create(new RetryOptions()), policies);
        var failed = new FailedCalls(cached, policies);
        var freshness = new ListFreshness(options, TimeProvider.System);
        return new UpstreamRelay(
            options,
            suspended,
            cached,
            freshness,
            new EndpointExchange(
                options, suspended, new GatewayTasks(options, sealer), cached, failed, freshness, self, TimeProvider.System),
            failed,
            policies,
            retries,
            new HedgePolicy(Options.Create(new HedgingOptions()), Options.Create(new ResilienceOptions()), retries, _snapshots, TimeProvider.System),
            new CallPriorities(Options.Create(new QueueOptions())),
            active,
            _snapshots,
            TimeProvider.System);
    }

    private sealed class ReadyServer(int bytes) : IServerConnections
    {
        private readonly ReadyLease _lease = new(new ReadyConnection(bytes));

        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => new(_lease);

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) =>
            new((IReadOnlyList<ConnectionLease>)[]);

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => new((DiscoveryReport?)null);
    }

    private sealed class ReadyLease(UpstreamConnection connection) : ConnectionLease(connection)
    {
        public override IDisposable Listen(IUpstreamListener listener) => throw new NotSupportedException();

        public override UpstreamFault Report(UpstreamFault fault) => fault;

        protected override void Return()
        {
        }
    }

    /// <summary>Reads its answer each time anew, as any connection has to.</summary>
    private sealed class ReadyConnection(int bytes) : UpstreamConnection(new UpstreamHandshake { Era = ProtocolEra.Modern, Revision = ProtocolRevision.Modern })
    {
        private readonly byte[] _answer = Encoding.UTF8.GetBytes(
            $$$$"""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":86400000,"cacheScope":"public","contents":[{"uri":"test://one","text":"{{{{new string('x', bytes)}}}}"}]}}""");

        public override ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
        {
            request.Write(1, Handshake);
            return new(UpstreamMessage.TryRead(_answer.AsSpan().ToArray())!);
        }

        public override ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public override Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class NoStream : IAnswerStream
    {
        public bool IsOpen => false;

        public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
