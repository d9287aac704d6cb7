using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.Tenancy;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>What a tenant may say and ask about a server that another one shares with it, while it is not shared.</summary>
public sealed class SharedServerRuleTests : AccessTest
{
    private const string Later = ",\"startsAt\":\"2999-01-01T00:00:00Z\"";
    private static readonly TenantId Guest = new(new Guid(0x78, 0, 0, new byte[8]));

    [Theory]
    [InlineData(Later)]
    [InlineData(",\"permissions\":[\"read\"]")]
    [InlineData(null)]
    public async Task Replace_RuleOnAServerThatIsNotSharedAnyMore_IsTaken(string? share)
    {
        var (owner, guest, id) = await ShareAsync();
        var (_, guestKey) = await AddCallerAsync("guest-key", Ordinary, static key => key with { Tenant = Guest });
        var rule = (await AddRuleAsync(Rule(id, "api_key", guestKey), guest)).GetProperty("id").GetGuid();
        var (_, own) = await AddServerAsync("own", registry: new RegistryClient(guest));
        var elsewhere = (await AddRuleAsync(Rule(own, "api_key", guestKey), guest)).GetProperty("id").GetGuid();
        await WithdrawAsync(owner, id, share);

        var off = await SendAsync(guest, HttpMethod.Put, $"{RulesPath}/{rule}", Rule(id, "api_key", guestKey, ",\"enabled\":false"));
        var faulty = await SendAsync(guest, HttpMethod.Put, $"{RulesPath}/{rule}", Rule(id, "api_key", guestKey, ",\"enabled\":1"));
        var created = await SendAsync(guest, HttpMethod.Post, RulesPath, Rule(id, "api_key", guestKey));
        var moved = await SendAsync(guest, HttpMethod.Put, $"{RulesPath}/{elsewhere}", Rule(id, "api_key", guestKey));

        Assert.True(off.Status == HttpStatusCode.OK, off.Body);
        Assert.False(JsonElement.Parse(off.Body).GetProperty("enabled").GetBoolean());
        Assert.Equal(["enabled"], Paths(faulty.Body));
        Assert.Equal(["serverId"], Paths(created.Body));
        Assert.Equal(["serverId"], Paths(moved.Body));
    }

    [Fact]
    public async Task Explain_MomentAtWhichTheServerIsShared_IsExplained()
    {
        var (owner, guest, id) = await ShareAsync();
        await WithdrawAsync(owner, id, Later);

        foreach (var server in new[] { "shared", $"{id}" })
        {
            var then = await ExplainAsync(server, ",\"at\":\"2999-06-01T09:00:00Z\"");
            Assert.True(then.Status == HttpStatusCode.OK, then.Body);
            Assert.Equal("rule", JsonElement.Parse(then.Body).GetProperty("reason").GetString());
            Assert.Equal(["server"], Paths((await ExplainAsync(server, "")).Body));
        }

        Task<(HttpStatusCode Status, string Body)> ExplainAsync(string server, string at) =>
            SendAsync(guest, HttpMethod.Post, "/api/v1/access/explain", $$"""{"server":"{{server}}","method":"tools/list"{{at}}}""");
    }

    private static string Rule(Guid server, string kind, Guid subject, string more = "") =>
        $$"""{"serverId":"{{server}}","subject":{"kind":"{{kind}}","id":"{{subject}}"}{{more}}}""";

    private static IEnumerable<string?> Paths(string body) =>
        JsonElement.Parse(body).GetProperty("errors").EnumerateArray().Select(static fault => fault.GetProperty("path").GetString());

    private async Task<(HttpClient Owner, HttpClient Guest, Guid Server)> ShareAsync()
    {
        var owner = await AddTenantAsync();
        var now = TimeProvider.System.GetUtcNow();
        await Gateway.Get<ITenantStore>().AddAsync(new Tenant { Id = Guest, Slug = "guest", Name = "Guest", CreatedAt = now, UpdatedAt = now }, null, Cancellation);
        await Gateway.FollowAsync(Cancellation);
        var (guest, _) = await AddCallerAsync("guest-admin", ApiKeyScope.Admin | ApiKeyScope.Proxy, static key => key with { Tenant = Guest });
        var (_, id) = await AddServerAsync("shared", registry: new RegistryClient(owner));
        await AddRuleAsync(Rule(id, "tenant", Guest.Value), owner);
        return (owner, guest, id);
    }

    /// <summary>Has the owner change the rule that shares the server, or be suspended for null.</summary>
    private async Task WithdrawAsync(HttpClient owner, Guid id, string? share)
    {
        if (share is null)
        {
            var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, $"/api/v1/tenants/{Other.Value}/suspend");
            Assert.True(status == HttpStatusCode.OK, body);
            await Gateway.FollowAsync(Cancellation);
            return;
        }

        var listed = JsonElement.Parse((await SendAsync(owner, HttpMethod.Get, $"{RulesPath}?serverId={id}")).Body);
        var rule = listed.GetProperty("items")[0].GetProperty("id").GetGuid();
        var changed = await SendAsync(owner, HttpMethod.Put, $"{RulesPath}/{rule}", Rule(id, "tenant", Guest.Value, share));
        Assert.True(changed.Status == HttpStatusCode.OK, changed.Body);
    }
}
