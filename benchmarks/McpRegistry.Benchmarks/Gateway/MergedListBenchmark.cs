using System.Collections.Immutable;
using System.Text;
using BenchmarkDotNet.Attributes;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Benchmarks.Gateway;

/// <summary>What does a merged tools/list cost, against copying the same ready bytes?</summary>
public class MergedListBenchmark
{
    private static readonly RegistrySnapshots Snapshots = new();

    private readonly MergedLists _lists = new(
        Options.Create(new GatewayOptions { ListPageSize = 10_000 }),
        new ProcessKeySealer(TimeProvider.System),
        new ListFreshness(Options.Create(new GatewayOptions()), TimeProvider.System),
        new AccessGate(Snapshots, new AccessRules(Snapshots, new AccessRuleUses(Options.Create(new WriterOptions()), TimeProvider.System, NullLogger<AccessRuleUses>.Instance), TimeProvider.System, NullLogger<AccessRules>.Instance), TimeProvider.System));
    private TenantView _view = null!;
    private GatewayCall _call = null!;
    private byte[] _ready = [];

    /// <summary>Gets or sets how many servers there are, with 10 tools each.</summary>
    [Params(5, 50, 500)]
    public int Servers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var entries = Enumerable.Range(0, Servers).Select(Entry).ToImmutableDictionary(entry => entry.Server.Id);
        _view = TenantView.Build(TenantId.Global, entries);
        EnvelopeReader.Read("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""u8.ToArray(), EnvelopeLimits.Default, out var message);
        _call = new GatewayCall
        {
            Message = message,
            Era = ProtocolEra.Modern,
            Caller = new Caller("bench", TenantId.Global, ApiKeyScope.Proxy),
            Stream = new NoStream(),
        };
        _ready = _lists.Answer(_call, _view).Json.ToArray();
    }

    [Benchmark(Baseline = true)]
    public byte[] ReadyBytes() => _ready.AsSpan().ToArray();

    [Benchmark]
    public int MergedList() => _lists.Answer(_call, _view).Json.Length;

    private static ServerEntry Entry(int number)
    {
        var now = DateTimeOffset.UnixEpoch;
        var server = new RegisteredServer
        {
            Id = Guid.CreateVersion7(now),
            Name = $"server {number}",
            Alias = $"server-{number:D4}",
            Endpoints = [],
            CreatedAt = now,
            UpdatedAt = now,
        };
        var report = new DiscoveryReport { Health = ServerHealth.Healthy, CompletedAt = now, HasItems = true, Items = [.. Enumerable.Range(0, 10).Select(Tool)] };
        return new ServerEntry(server, report, new ServerCondition(ServerHealth.Healthy, null, now), null!);
    }

    private static CatalogueItem Tool(int number) => new()
    {
        Kind = CatalogueItemKind.Tool,
        Key = $"tool_{number}",
        Ordinal = number,
        Json = Encoding.UTF8.GetBytes(
            $$$$$"""{"name":"tool_{{{{{number}}}}}","description":"{{{{{new string('x', 200)}}}}}","inputSchema":{"type":"object","properties":{"a":{"type":"string"}}}}"""),
    };

    private sealed class NoStream : IAnswerStream
    {
        public bool IsOpen => false;

        public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
