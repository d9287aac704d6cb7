using System.Net;
using McpRegistry.AccessControl;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>Every route that is mapped, with the ids of another tenant: each answer is that to an id that nobody has.</summary>
public sealed class TenantIsolationTests : AccessTest
{
    [Fact]
    public async Task Routes_WithIdsOfAnotherTenant_AnswerAsIfThereWereNothing()
    {
        var theirs = await AddTenantAsync();
        var (_, server) = await AddServerAsync("theirs", registry: new RegistryClient(theirs));
        var (_, theirKey) = await AddCallerAsync("their-key", Ordinary, key => key with { Tenant = Other });
        var rule = (await AddRuleAsync($$"""{"serverId":"{{server}}","subject":{"kind":"api_key","id":"{{theirKey}}"} }""", theirs)).GetProperty("id").GetGuid();
        var before = await StateAsync();

        var tried = 0;
        foreach (var (method, pattern) in Routes().Where(route => route.Pattern.Contains('{', StringComparison.Ordinal)))
        {
            var isMcp = pattern.StartsWith("/mcp", StringComparison.Ordinal);
            foreach (var id in isMcp ? ["theirs"] : new[] { $"{server}", $"{rule}", $"{theirKey}" })
            {
                foreach (var body in Bodies(server))
                {
                    var unknown = isMcp ? "nobody" : $"{Guid.CreateVersion7()}";
                    var foreign = await SendAsync(Gateway.Http, new HttpMethod(method), Fill(pattern, id), body);
                    var nothing = await SendAsync(Gateway.Http, new HttpMethod(method), Fill(pattern, unknown), body);
                    Assert.True(foreign.Status == nothing.Status, $"{method} {pattern}: {foreign.Status}, {nothing.Status}");
                    Assert.Equal(nothing.Body.Replace(unknown, "@", StringComparison.Ordinal), foreign.Body.Replace(id, "@", StringComparison.Ordinal));
                    Assert.True((int)foreign.Status is >= 400 and < 500, $"{method} {pattern}: {foreign.Status}");
                    tried++;
                }
            }
        }

        Assert.True(tried >= 20, $"Only {tried} requests were tried: where are the routes?");
        Assert.Equal(before, await StateAsync());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(theirs, HttpMethod.Get, $"/api/v1/servers/{server}")).Status);
    }

    [Fact]
    public async Task Routes_WithoutIds_ShowNothingOfAnotherTenant()
    {
        var theirs = await AddTenantAsync();
        var (_, server) = await AddServerAsync("theirs", registry: new RegistryClient(theirs));
        foreach (var (method, pattern) in Routes().Where(route => !route.Pattern.Contains('{', StringComparison.Ordinal) && route.Method == "GET" && route.Pattern.StartsWith("/api", StringComparison.Ordinal)))
        {
            foreach (var query in new[] { "", $"?serverId={server}", $"?subjectKind=tenant&subjectId={Other.Value}" })
            {
                var (_, body) = await SendAsync(Gateway.Http, new HttpMethod(method), pattern + query);
                Assert.DoesNotContain("theirs", body, StringComparison.Ordinal);
                Assert.DoesNotContain($"{server}", body, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>One that no route reads, one that is empty, and one that names what belongs to the other tenant.</summary>
    private static string?[] Bodies(Guid server) => [null, "{}", $$"""{"name":"x","alias":"x","url":"http://127.0.0.1:9/","serverId":"{{server}}"}"""];

    private static string Fill(string pattern, string id) => string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? id : part));

    private IEnumerable<(string Method, string Pattern)> Routes() =>
        from endpoint in Gateway.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (method, "/" + endpoint.RoutePattern.RawText!.Trim('/'));

    private async Task<string> StateAsync()
    {
        var rows = new List<string>();
        await foreach (var stored in Gateway.Get<IServerStore>().ReadAllAsync(Cancellation))
        {
            rows.Add($"{stored.Server.Id} {stored.Server.Version} {stored.Server.Name}");
        }

        await foreach (var rule in Gateway.Get<IAccessRuleStore>().ReadAllAsync(Cancellation))
        {
            rows.Add($"{rule.Id} {rule.Version}");
        }

        return string.Join('\n', rows.Order(StringComparer.Ordinal));
    }
}
