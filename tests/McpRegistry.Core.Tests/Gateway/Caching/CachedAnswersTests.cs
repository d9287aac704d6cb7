using System.Text.Json.Nodes;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Caching;

public sealed class CachedAnswersTests
{
    private static readonly TenantId One = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId Two = new(new Guid(2, 0, 0, new byte[8]));

    [Fact]
    public async Task Answer_Kept_IsGivenLessItsAgeUntilItIsStale()
    {
        var gateway = new CachedGateway();

        var first = await gateway.ReadAsync();
        gateway.Advance(399.5);
        var second = await gateway.ReadAsync();
        gateway.Advance(600);
        var third = await gateway.ReadAsync();
        Assert.Equal(1, gateway.Asked);
        gateway.Advance(0.5);
        var fourth = await gateway.ReadAsync();

        Assert.Equal(2, gateway.Asked);
        Assert.Equal([1000, 600, 0, 1000], new[] { first, second, third, fourth }.Select(Ttl));
        Assert.Equal(CachedGateway.Keepable.Replace("1000", "600", StringComparison.Ordinal), second["result"]!.ToJsonString());
        Assert.Equal("c1", (string?)second["id"]);
    }

    [Fact]
    public async Task Answer_Private_IsNeverGivenToAnotherCaller()
    {
        var gateway = new CachedGateway();
        foreach (var principal in (string[])["a", "b", "a", "b"])
        {
            gateway.Result = CachedGateway.Keepable.Replace("1.50", $"\"{principal}\"", StringComparison.Ordinal);
            Assert.Equal(principal, (string?)(await gateway.As(principal).ReadAsync())["result"]!["x"]);
        }

        Assert.Equal(2, gateway.Asked);
    }

    [Fact]
    public async Task Answer_Public_IsGivenToAllCallersOfTheTenantAndToNoOther()
    {
        var gateway = new CachedGateway { Result = Public };
        foreach (var (principal, tenant, asked) in new[] { ("a", One, 1), ("b", One, 1), ("a", Two, 2), ("c", Two, 2), ("a", One, 2) })
        {
            var answer = await gateway.As(principal, tenant).ReadAsync();

            Assert.Equal(asked, gateway.Asked);
            Assert.Equal("public", (string?)answer["result"]!["cacheScope"]);
        }
    }

    /// <summary>The same URL leads other tenants to other servers, so that a cache before the gateway must not mix them.</summary>
    [Fact]
    public async Task Answer_PublicOfATenantsServer_IsPrivateForThoseBefore()
    {
        var gateway = new CachedGateway(One) { Result = Public };

        var fresh = await gateway.As("a", One).ReadAsync();
        var kept = await gateway.As("b", One).ReadAsync();

        Assert.Equal(1, gateway.Asked);
        Assert.Equal(["private", "private"], new[] { fresh, kept }.Select(answer => (string?)answer["result"]!["cacheScope"]));
    }

    [Fact]
    public async Task Answer_MergedEndpointOfOneOfSeveralTenants_IsPrivate()
    {
        var gateway = new CachedGateway { Result = Public };
        gateway.Fixture.Snapshots.Set(gateway.Entry with { Report = gateway.Entry.Report! with { Items = [SnapshotSample.Item(CatalogueItemKind.Resource, "u:1")] } });
        var alone = await ReadMergedAsync(gateway);
        gateway.Fixture.Snapshots.Set(SnapshotSample.Entry("other", tenant: Two));
        var among = await ReadMergedAsync(gateway);

        Assert.Equal(("public", "private"), ((string?)alone["result"]!["cacheScope"], (string?)among["result"]!["cacheScope"]));
        Assert.Equal(1, gateway.Asked);
    }

    [Fact]
    public async Task Answer_OtherCapabilities_IsAnotherOne()
    {
        var gateway = new CachedGateway { Result = Public };

        await gateway.CallAsync("tools/list", capabilities: """{"roots":{}}""");
        await gateway.CallAsync("tools/list", capabilities: """{"sampling":{}}""");
        await gateway.CallAsync("tools/list", capabilities: """{"roots":{}}""");

        Assert.Equal(2, gateway.Asked);
    }

    [Fact]
    public async Task Answer_OtherMethodCursorOrUri_IsAnotherOne()
    {
        var gateway = new CachedGateway();
        string[] methods = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];
        for (var round = 0; round < 2; round++)
        {
            foreach (var method in methods)
            {
                await gateway.CallAsync(method);
                await gateway.CallAsync(method, "\"cursor\":\"\"");
                await gateway.CallAsync(method, "\"cursor\":\"2\"");
            }

            await gateway.ReadAsync("u:1");
            await gateway.ReadAsync("u:2");
        }

        Assert.Equal(14, gateway.Asked);
    }

    [Theory]
    [InlineData(ProtocolEra.Modern, ProtocolEra.Legacy)]
    [InlineData(ProtocolEra.Legacy, ProtocolEra.Modern)]
    public async Task Answer_ClientOfTheOtherEra_IsTheSameInItsOwnForm(ProtocolEra first, ProtocolEra second)
    {
        var gateway = new CachedGateway();

        var answers = new Dictionary<ProtocolEra, JsonObject> { [first] = await gateway.ReadAsync(era: first), [second] = await gateway.ReadAsync(era: second) };

        Assert.Equal(1, gateway.Asked);
        Assert.Equal("""{"x":1.50,"contents":[]}""", answers[ProtocolEra.Legacy]["result"]!.ToJsonString());
        Assert.Equal(CachedGateway.Keepable, answers[ProtocolEra.Modern]["result"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"resultType":"complete","ttlMs":0,"cacheScope":"public"}""")]
    [InlineData("""{"resultType":"complete","ttlMs":-1,"cacheScope":"public"}""")]
    [InlineData("""{"resultType":"complete","ttlMs":1.5,"cacheScope":"public"}""")]
    [InlineData("""{"resultType":"complete","ttlMs":"1000","cacheScope":"public"}""")]
    [InlineData("""{"resultType":"complete","cacheScope":"public"}""")]
    [InlineData("""{"resultType":"complete","_meta":{"ttlMs":1000},"cacheScope":"public"}""")]
    [InlineData("""{"resultType":"complete","ttlMs":1000,"ttlMs":2000,"cacheScope":"public"}""")]
    [InlineData("""{"resultType":"complete","ttlMs":1000,"cacheScope":"private","cacheScope":"public"}""")]
    [InlineData("""{"resultType":"input_required","requestState":"s","ttlMs":1000,"cacheScope":"public"}""")]
    [InlineData("""{"resultType":"task","ttlMs":1000,"cacheScope":"public"}""")]
    public async Task Answer_MayNotBeKept_IsAskedForAgain(string result)
    {
        var gateway = new CachedGateway { Result = result };

        await gateway.ReadAsync();
        await gateway.ReadAsync();

        Assert.Equal((2, 0), (gateway.Asked, gateway.Fixture.Cache.Count));
    }

    [Theory]
    [InlineData(""","inputResponses":{}""")]
    [InlineData(""","requestState":"s" """)]
    [InlineData(""","filter":"x" """)]
    public async Task Answer_DependsOnMoreThanTheKey_IsNeitherKeptNorGiven(string more)
    {
        var gateway = new CachedGateway();

        await gateway.ReadAsync(more: more);
        Assert.Equal(0, gateway.Fixture.Cache.Count);
        await gateway.ReadAsync();
        await gateway.ReadAsync(more: more);

        Assert.Equal(3, gateway.Asked);
    }

    [Fact]
    public async Task Answer_Error_IsNotKept()
    {
        var gateway = new CachedGateway { Answers = static () => new(FakeConnection.Error(-32602)) };

        await gateway.ReadAsync();
        await gateway.ReadAsync();

        Assert.Equal(2, gateway.Asked);
    }

    /// <summary>Members of these names mean nothing in earlier revisions.</summary>
    [Fact]
    public async Task Answer_OfALegacyServer_IsNotKept()
    {
        var gateway = new CachedGateway(era: ProtocolEra.Legacy);

        await gateway.CallAsync("tools/list", era: ProtocolEra.Legacy);
        await gateway.CallAsync("tools/list", era: ProtocolEra.Legacy);

        Assert.Equal(2, gateway.Asked);
    }

    [Theory]
    [InlineData("tools/list", 5000)]
    [InlineData("prompts/list", 5000)]
    [InlineData("resources/read", 0)]
    public async Task Answer_OfALegacyServer_MayBeKeptAsTheOperatorSays(string method, int expected)
    {
        var gateway = new CachedGateway(era: ProtocolEra.Legacy) { Result = "{}" };
        gateway.Fixture.Options.LegacyListTtl = TimeSpan.FromSeconds(5);

        var answer = await gateway.CallAsync(method, method == "resources/read" ? "\"uri\":\"u:1\"" : "");

        Assert.Equal((expected, "private"), (Ttl(answer), (string?)answer["result"]!["cacheScope"]));
    }

    [Fact]
    public async Task Answer_SwitchedOff_IsNotKept()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { Enabled = false } } };

        await gateway.ReadAsync();
        await gateway.ReadAsync();

        Assert.Equal(2, gateway.Asked);
    }

    [Fact]
    public async Task Answer_ToolThatBreaksTheRules_IsNotKeptWithTheOthers()
    {
        var gateway = new CachedGateway
        {
            Result = """{"resultType":"complete","ttlMs":1000,"cacheScope":"public","tools":[{"name":"a"},{"name":"b","inputSchema":{"properties":{"p":{"x-mcp-header":""}}}}]}""",
        };
        gateway.Fixture.Connection.Mirrors = true;

        await gateway.CallAsync("tools/list");
        var kept = await gateway.CallAsync("tools/list");

        Assert.Equal(1, gateway.Asked);
        Assert.Equal("a", (string?)Assert.Single(kept["result"]!["tools"]!.AsArray())!["name"]);
    }

    private static string Public => CachedGateway.Keepable.Replace("private", "public", StringComparison.Ordinal);

    private static int Ttl(JsonObject answer) => (int)answer["result"]!["ttlMs"]!;

    private static Task<JsonObject> ReadMergedAsync(CachedGateway gateway) =>
        gateway.Fixture.HandleAsync("resources/read", $$"""{"uri":"u:1",{{GatewayFixture.Envelope}} }""", ProtocolEra.Modern);
}
