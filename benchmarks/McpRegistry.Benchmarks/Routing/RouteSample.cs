using System.Collections.Immutable;
using System.Net;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Benchmarks.Routing;

/// <summary>Four servers with ten tools each, and sets of rules of which only that of the call holds, which is asked last.</summary>
internal sealed class RouteSample
{
    private const int Servers = 4;

    private static readonly TenantId Tenant = new(new Guid(1, 0, 0, new byte[8]));

    private readonly Dictionary<(RuleKind, int), RoutingTable> _tables = [];
    private readonly RouteEngine _engine;
    private readonly TenantView _view;
    private readonly ServerEntry _owner;
    private readonly RouteFacts _facts;

    /// <summary>Builds the servers.</summary>
    /// <param name="connections">Gives what lends the connections of each.</param>
    public RouteSample(Func<IServerConnections> connections)
    {
        var snapshots = new RegistrySnapshots();
        var entries = Enumerable.Range(0, Servers).Select(number => Entry(number, connections())).ToArray();
        foreach (var entry in entries)
        {
            snapshots.Set(entry);
        }

        var uses = new AccessRuleUses(Options.Create(new WriterOptions()), TimeProvider.System, NullLogger<AccessRuleUses>.Instance);
        _engine = new RouteEngine(new AccessGate(snapshots, new AccessRules(snapshots, uses, TimeProvider.System, NullLogger<AccessRules>.Instance), TimeProvider.System));
        _view = snapshots.Current.For(Tenant);
        _owner = entries[0];
        _facts = new RouteFacts
        {
            Caller = new Caller("key:1", Tenant, ApiKeyScope.Proxy) { KeyId = new Guid(2, 0, 0, new byte[8]) },
            Method = McpMethod.ToolsCall,
            Item = "tool0",
            ItemField = RouteField.Tool,
            Server = _owner.Server,
            Address = IPAddress.Parse("10.1.2.3"),
            Headers = [new("X-Region", "v0")],
            Params = """{"name":"s0__tool0","arguments":{"query":"a few words","filter":{"limit":10,"region":"v0"}}}"""u8.ToArray(),
            Size = 300,
            At = DateTimeOffset.UnixEpoch,
        };
        foreach (var kind in Enum.GetValues<RuleKind>())
        {
            foreach (var count in (int[])[1, 100, 1_000])
            {
                _tables[(kind, count)] = RoutingTable.Empty.With([], [.. Enumerable.Range(0, count).Reverse().Select(number => Rule(kind, number))]);
            }
        }
    }

    /// <summary>Finds the rule of the call and its server among 1, 100 or 1,000 rules.</summary>
    public RouteChoice Choose(int rules, RuleKind kind = RuleKind.Tool) => _engine.Choose(_tables[(kind, rules)], _view, _facts, _owner);

    /// <summary>Each is about a value of its own; that of the call is asked last.</summary>
    private static CompiledRoute Rule(RuleKind kind, int number) => RouteCompiler.Compile(
        new RoutingRule
        {
            Id = new Guid(number, 3, 0, new byte[8]),
            Name = $"rule {number}",
            Priority = 1_000 - number,
            Conditions = $$"""{"all":[{{Condition(kind, number)}},{"field":"address","operator":"cidr","value":"10.0.0.0/8"}]}""",
            Targets = $$"""{"servers":[{{string.Join(',', Enumerable.Range(0, Servers).Select(static server => $$"""{"server":"s{{server}}","weight":{{server + 1}}}"""))}}]}""",
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
            Version = 1,
        },
        null,
        []);

    private static string Condition(RuleKind kind, int number) => kind switch
    {
        RuleKind.Tool => $$"""{"field":"tool","operator":"equals","value":"tool{{number}}"}""",
        RuleKind.Header => $$"""{"field":"header","name":"X-Region","operator":"equals","value":"v{{number}}"}""",
        _ => $$"""{"field":"argument","pointer":"/filter/region","operator":"equals","value":"v{{number}}"}""",
    };

    private static ServerEntry Entry(int number, IServerConnections connections)
    {
        ImmutableArray<CatalogueItem> tools =
            [.. Enumerable.Range(0, 10).Select(static tool => new CatalogueItem { Kind = CatalogueItemKind.Tool, Key = $"tool{tool}", Ordinal = tool, Json = "{}"u8.ToArray() })];
        return new ServerEntry(
            new RegisteredServer
            {
                Id = new Guid(number, 4, 0, new byte[8]),
                Name = $"s{number}",
                Alias = $"s{number}",
                Endpoints = [new ServerEndpoint { Id = new Guid(number, 5, 0, new byte[8]), Url = "http://127.0.0.1:1/mcp" }],
                CreatedAt = DateTimeOffset.UnixEpoch,
                UpdatedAt = DateTimeOffset.UnixEpoch,
            },
            new DiscoveryReport { Health = ServerHealth.Healthy, CompletedAt = DateTimeOffset.UnixEpoch, HasItems = true, Era = ProtocolEra.Modern, Items = tools, Capabilities = "{}"u8.ToArray() },
            new ServerCondition(ServerHealth.Healthy, null, DateTimeOffset.UnixEpoch),
            connections);
    }
}
