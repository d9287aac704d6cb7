using System.Text.Json.Nodes;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Gateway.Caching;

/// <summary>A gateway with one modern server, <c>up</c>, that counts what it is asked.</summary>
internal sealed class CachedGateway
{
    public const string Keepable = """{"resultType":"complete","x":1.50,"ttlMs":1000,"cacheScope":"private","contents":[]}""";

    public CachedGateway(TenantId owner = default, ProtocolEra era = ProtocolEra.Modern)
    {
        Fixture.Connection = new FakeConnection(era);
        Answers = () => new(FakeConnection.Result(Result));
        Fixture.Connection.Answers = (_, _) =>
        {
            Asked++;
            return Answers();
        };
        var entry = SnapshotSample.Entry("up", SnapshotSample.Tools(1), tenant: owner, connections: Fixture);
        Fixture.Snapshots.Set(entry with { Report = entry.Report! with { Era = era } });
        Id = entry.Server.Id;
        Fixture.Caller = new Caller("p", owner, default);
    }

    public GatewayFixture Fixture { get; } = new();

    public Guid Id { get; }

    public ServerEntry Entry => Fixture.Snapshots.Current.Servers[Id];

    public int Asked { get; private set; }

    public string Result { get; set; } = Keepable;

    public Func<ValueTask<UpstreamReply>> Answers { get; set; }

    /// <summary>Calls as a principal of the tenant.</summary>
    public CachedGateway As(string principal, TenantId tenant = default)
    {
        Fixture.Caller = new Caller(principal, tenant, default);
        return this;
    }

    public Task<JsonObject> ReadAsync(string uri = "u:1", ProtocolEra era = ProtocolEra.Modern, string more = "") =>
        CallAsync("resources/read", $"\"uri\":\"{uri}\"{more}", era);

    public Task<JsonObject> CallAsync(string method, string members = "", ProtocolEra era = ProtocolEra.Modern, string capabilities = "{}")
    {
        var meta = era == ProtocolEra.Modern
            ? $$"""{{(members.Length > 0 ? "," : "")}}"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{capabilities}} }"""
            : "";
        return Fixture.HandleAsync(method, $$"""{ {{members}}{{meta}} }""", era, at: "up");
    }

    public void Advance(double milliseconds) => Fixture.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
