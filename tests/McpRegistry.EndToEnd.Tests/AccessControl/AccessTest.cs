using System.Net;
using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Watching;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>A test with callers of different reach.</summary>
public abstract class AccessTest : WatchTest
{
    protected const string RulesPath = "/api/v1/access-rules";
    private protected const ApiKeyScope Ordinary = ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Proxy;

    private protected static TenantId Other { get; } = new(new Guid(0x77, 0, 0, new byte[8]));

    private protected async Task<(ScriptedUpstream Upstream, Guid Id)> AddServerAsync(string alias, Era era = Era.Modern, RegistryClient? registry = null)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        var server = await (registry ?? Gateway.Registry).AddAsync(alias, upstream.Url, Cancellation);
        await upstream.WaitUntilAsync(static open => open.OpenStreams == 1, "the gateway watches", Cancellation);
        return (upstream, server.GetProperty("id").GetGuid());
    }

    /// <summary>Makes a caller with a key of its own.</summary>
    private protected async Task<(HttpClient Http, Guid KeyId)> AddCallerAsync(string name, ApiKeyScope scopes = Ordinary, Func<ApiKey, ApiKey>? change = null)
    {
        var (secret, key) = await Gateway.AddKeyAsync(name, scopes, change ?? (static same => same), Cancellation);
        return (Gateway.CreateHttp(secret), key.Id);
    }

    /// <summary>Makes an administrator of another tenant, which gets a row of its own.</summary>
    private protected async Task<HttpClient> AddTenantAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Gateway.Get<ITenantStore>().AddAsync(new Tenant { Id = Other, Slug = "other", Name = "Other", CreatedAt = now, UpdatedAt = now }, null, Cancellation);
        await Gateway.FollowAsync(Cancellation);
        return (await AddCallerAsync("other-admin", ApiKeyScope.Admin, static key => key with { Tenant = Other })).Http;
    }

    /// <summary>Lets a key use a server, and thereby nobody else that no rule names.</summary>
    private protected Task<JsonElement> GrantAsync(Guid serverId, Guid keyId, string more = "") =>
        AddRuleAsync($$"""{"serverId":"{{serverId}}","subject":{"kind":"api_key","id":"{{keyId}}"}{{more}}}""");

    private protected async Task<JsonElement> AddRuleAsync(string rule, HttpClient? http = null)
    {
        var (status, body) = await SendAsync(http ?? Gateway.Http, HttpMethod.Post, RulesPath, rule);
        Assert.True(status == HttpStatusCode.Created, body);
        return JsonElement.Parse(body);
    }

    private protected Task DeleteRuleAsync(JsonElement rule) => SendAsync(Gateway.Http, HttpMethod.Delete, $"{RulesPath}/{rule.GetProperty("id").GetGuid()}");

    private protected static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient http, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private protected Task<RawClient> OpenAsync(HttpClient http, Era era, string? alias = null) => RawClient.OpenAsync(http, Gateway.Mcp(alias), era, Cancellation);

    private protected static IEnumerable<string?> Names(McpAnswer answer, string member = "tools") =>
        answer.Result.GetProperty(member).EnumerateArray().Select(item => item.GetProperty("name").GetString());
}
