using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Routing;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Core.Tests.Limits;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Active;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Gateway.Caching;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Resilience;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using McpRegistry.Users;
using McpRegistry.Watching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Core.Tests.Gateway;

/// <summary>The gateway of one registry, with fake connections behind it.</summary>
internal sealed class GatewayFixture : IServerConnections
{
    public const string Envelope = """ "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}} """;

    private readonly ProcessKeySealer _sealer;

    private readonly RegistryMeter _meter = new();
    private readonly CacheInstruments _instruments;

    public GatewayFixture()
    {
        _sealer = new ProcessKeySealer(Clock);
        _instruments = new CacheInstruments(_meter);
    }

    public GatewayOptions Options { get; } = new();

    public ResponseCacheOptions CacheOptions { get; } = new();

    public ResponseCache Cache => field ??= new ResponseCache(Snapshots, Microsoft.Extensions.Options.Options.Create(CacheOptions), Clock, _instruments);

    public HedgingOptions Hedging { get; } = new();

    /// <summary>Gets or sets what calls wait for before they have a connection; null when it is open.</summary>
    public Task? Opening { get; set; }

    public Meter Meter => _meter.Meter;

    /// <summary>Gets or sets who calls.</summary>
    public Caller Caller { get; set; } = new("p", TenantId.Global, default);

    public string Principal
    {
        get => Caller.PrincipalId;
        set => Caller = new Caller(value, TenantId.Global, default);
    }

    public ManualTimeProvider Clock { get; } = new();

    public RegistrySnapshots Snapshots { get; } = new();

    public AccessFixture Rules => field ??= new AccessFixture(Snapshots, Clock);

    public AccessGate Access => Rules.Gate;

    public FakeConnection Connection { get; set; } = new();

    public FakeStream Stream { get; } = new();

    public StoppableLifetime Lifetime { get; } = new();

    public WatchContext Watching => field ??= new WatchContext(Snapshots, Access, Cache, Microsoft.Extensions.Options.Options.Create(Options), Microsoft.Extensions.Options.Options.Create(new UpstreamOptions()), Clock);

    public StreamQuota Quota => field ??= new StreamQuota(Microsoft.Extensions.Options.Options.Create(Options));

    public CallerStreams Streams => field ??= CreateStreams();

    public SessionFeeds? Feeds { get; private set; }

    public List<UpstreamFault> Reported { get; } = [];

    public int Leases { get; private set; }

    /// <summary>Gets or sets what a further reading of the catalogue finds.</summary>
    public DiscoveryReport? Reread { get; set; }

    public int Rereads { get; private set; }

    /// <summary>Gets or sets what a legacy client declares.</summary>
    public ClientProfile Profile { get; set; } = ClientProfile.Plain;

    /// <summary>Gets or sets the level that a legacy client has chosen.</summary>
    public McpRegistry.Protocol.LogLevel? Level { get; set; }

    /// <summary>Gets or sets the headers <c>Mcp-Param-*</c> that calls come with.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ParameterHeaders { get; set; } = [];

    public RoutingFixture Routes => field ??= new RoutingFixture(Access, _sealer, Options, Clock, _meter, Snapshots);

    public LimitFixture Limits => field ??= new LimitFixture();

    public GatewayTasks Tasks => new(Microsoft.Extensions.Options.Options.Create(Options), _sealer);

    /// <summary>Makes the call that <see cref="HandleAsync"/> answers, of a modern client.</summary>
    public GatewayCall Call(string method, string parameters, int timeoutMs = 0) => new()
    {
        Message = Message.Of($$"""{"jsonrpc":"2.0","id":"c1","method":"{{method}}","params":{{parameters}}}"""),
        Era = ProtocolEra.Modern,
        Caller = new Caller(Principal, TenantId.Global, default),
        TimeoutMs = timeoutMs,
        Stream = Stream,
    };

    public async Task<JsonObject> HandleAsync(string method, string parameters = "{}", ProtocolEra era = ProtocolEra.Legacy, string? at = null, CancellationToken cancellation = default)
    {
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var tasks = Tasks;
        Feeds ??= new SessionFeeds(Watching);
        var freshness = new ListFreshness(options, Clock);
        var self = new AnsweringServer(options);
        var cached = new CachedAnswers(Cache, self, Microsoft.Extensions.Options.Options.Create(CacheOptions), Clock, _instruments);
        var policies = new CallPolicies(Microsoft.Extensions.Options.Options.Create(new ResilienceOptions()), options);
        var active = new ActiveCalls(Clock);
        var retries = new RetryPolicy(Microsoft.Extensions.Options.Options.Create(new RetryOptions()), policies);
        var hedges = new HedgePolicy(Microsoft.Extensions.Options.Options.Create(Hedging), Microsoft.Extensions.Options.Options.Create(new ResilienceOptions()), retries, Snapshots, Clock);
        var suspended = new SuspendedCalls(options, _sealer, active, Clock);
        var failed = new FailedCalls(cached, policies);
        var exchange = new EndpointExchange(options, suspended, tasks, cached, failed, freshness, self, Clock);
        var relay = new UpstreamRelay(options, suspended, cached, freshness, exchange, failed, policies, retries, hedges, new CallPriorities(Microsoft.Extensions.Options.Options.Create(new QueueOptions())), active, Snapshots, Clock);
        var dispatcher = new GatewayDispatcher(Access, new MergedLists(options, _sealer, freshness, Access), new GatewaySelf(options, freshness), relay, cached, new ListenService(Watching, Quota, Streams, tasks, Lifetime), Feeds, tasks, Limits.Calls, Routes.Router);
        using var sessions = new ClientSessions(options, Clock);
        var session = era == ProtocolEra.Legacy ? sessions.Open(Principal, at, "2025-11-25", Profile) : null;
        session?.LogLevel = Level;
        var call = new GatewayCall
        {
            Message = Message.Of($$"""{"jsonrpc":"2.0","id":"c1","method":"{{method}}","params":{{parameters}}}"""),
            Era = era,
            Caller = Caller,
            Alias = at,
            Session = session,
            Stream = Stream,
            ParameterHeaders = ParameterHeaders,
        };
        var answer = await dispatcher.HandleAsync(call, cancellation);
        return JsonNode.Parse(answer.Json.Span)!.AsObject();
    }

    public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken)
    {
        Leases++;
        return Opening is { } opening ? WaitAsync(opening) : new(new Lease(this));
    }

    public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) =>
        new((IReadOnlyList<ConnectionLease>)[]);

    public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken)
    {
        Rereads++;
        return new(Reread);
    }

    private async ValueTask<LeaseResult> WaitAsync(Task opening)
    {
        await opening;
        return new Lease(this);
    }

    private sealed class Lease(GatewayFixture fixture) : ConnectionLease(fixture.Connection)
    {
        public override IDisposable Listen(IUpstreamListener listener) => new ListenerSet().Add(listener);

        public override UpstreamFault Report(UpstreamFault fault)
        {
            fixture.Reported.Add(fault);
            return fault;
        }

        protected override void Return() => fixture.Leases--;
    }

    private CallerStreams CreateStreams()
    {
        var database = new InMemoryDatabase(Clock);
        var options = Microsoft.Extensions.Options.Options.Create(new ApiKeyOptions());
        var keys = new ApiKeyLoader(
            new InMemoryApiKeyStore(database, new InMemoryApiKeyTable()), new InMemoryTenantStore(database), new InMemoryUserStore(database), Clock, options);
        var limit = new LookupLimit(options, Clock);
        var checks = new StreamChecks(keys, limit, options, Clock, NullLogger<StreamChecks>.Instance);
        return new CallerStreams(keys, limit, checks, Clock, NullLogger<CallerStreams>.Instance);
    }
}
