using System.Net;
using System.Text.Json;
using McpRegistry.Auditing;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.EndToEnd.Tests.Auditing;

/// <summary>Whatever route of the REST API changes something leaves its event, and no other. A new route that writes belongs into the table.</summary>
public sealed class RouteTrailTests : RoutingTest
{
    /// <summary>They answer questions, or read again what a server says.</summary>
    private static readonly string[] Asking =
    [
        "POST /api/v1/audit/verify", "POST /api/v1/access/explain", "POST /api/v1/router/explain", "POST /api/v1/routing-rules/dry-run",
        "POST /api/v1/servers/{id}/refresh",
    ];

    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    [Fact]
    public async Task EveryRouteThatWrites_LeavesExactlyItsEvents()
    {
        var gate = new Gate();
        var upstream = await AddTwinAsync("a");
        upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        await WriteServersAsync();
        await WriteKeysAndRulesAsync();
        await WriteTenantsAsync();

        var breakers = JsonElement.Parse((await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/circuit-breakers")).Body);
        var endpoint = breakers.GetProperty("items")[0].GetProperty("endpointId").GetString()!;
        foreach (var action in (string[])["open", "close", "isolate", "reset"])
        {
            await DoAsync(HttpMethod.Post, $"circuit-breakers/{{id}}/{action}", endpoint, null, [$"circuit_breaker.{action}"]);
        }

        var call = (await OpenAsync(Era.Modern)).CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        var listed = JsonElement.Parse((await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/router/requests")).Body).GetProperty("requests")[0];
        await DoAsync(HttpMethod.Delete, "router/requests/{id}", listed.GetProperty("id").GetString()!, null, ["call.cancel"]);
        await call;
        gate.Open();

        Assert.Equal(WritingRoutes().Except(Asking).Order(StringComparer.Ordinal), _done.Order(StringComparer.Ordinal));
    }

    private async Task WriteServersAsync()
    {
        const string Server = """{"name":"s","alias":"s","url":"http://127.0.0.1:9/"}""";
        var id = await CreateAsync("servers", Server, "server.create");
        await DoAsync(HttpMethod.Put, "servers/{id}", id, Server.Replace("\"s\",\"alias", "\"t\",\"alias", StringComparison.Ordinal), ["server.update"]);
        await DoAsync(HttpMethod.Put, "servers/{id}/maintenance", id, null, ["server.begin_maintenance"]);
        await DoAsync(HttpMethod.Delete, "servers/{id}/maintenance", id, null, ["server.end_maintenance"]);
        await DoAsync(HttpMethod.Delete, "servers/{id}", id, null, ["server.delete"]);

        const string Rule = """{"name":"r","conditions":{},"targets":{"servers":[{"server":"a"}]}}""";
        var rule = await CreateAsync("routing-rules", Rule, "routing_rule.create");
        await DoAsync(HttpMethod.Put, "routing-rules/{id}", rule, Rule.Replace("\"r\"", "\"q\"", StringComparison.Ordinal), ["routing_rule.update"]);
        await DoAsync(HttpMethod.Delete, "routing-rules/{id}", rule, null, ["routing_rule.delete"]);
    }

    private async Task WriteKeysAndRulesAsync()
    {
        var key = await CreateAsync("keys", """{"name":"k","scopes":["proxy"],"limitPerHour":5}""", "key.create");
        await DoAsync(HttpMethod.Put, "keys/{id}", key, """{"name":"l","scopes":["proxy"],"limitPerHour":5}""", ["key.update"]);
        var server = (await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetString();
        var rule = $$"""{"serverId":"{{server}}","subject":{"kind":"api_key","id":"{{key}}"},"permissions":["read"]}""";
        var id = await CreateAsync("access-rules", rule, "access_rule.create");
        await DoAsync(HttpMethod.Put, "access-rules/{id}", id, rule.Replace("[\"read\"]", "[\"proxy\"]", StringComparison.Ordinal), ["access_rule.update"]);
        var rotated = await DoAsync(HttpMethod.Post, "keys/{id}/rotate", key, null, ["key.create", "key.rotate", "access_rule.create"]);
        var successor = rotated.GetProperty("details").GetProperty("id").GetString()!;
        foreach (var about in (string[])[key, successor])
        {
            var found = await SendAsync(Gateway.Http, HttpMethod.Get, $"{RulesPath}?subjectKind=api_key&subjectId={about}");
            await DoAsync(HttpMethod.Delete, "access-rules/{id}", JsonElement.Parse(found.Body).GetProperty("items")[0].GetProperty("id").GetString()!, null, ["access_rule.delete"]);
        }

        await DoAsync(HttpMethod.Post, "limits/reset", "", $$"""{"key":"{{key}}"}""", ["limit.reset"]);
        await Gateway.Get<McpRegistry.ApiKeys.IApiKeyStore>().LockAsync(TenantId.Global, Guid.Parse(key), TimeProvider.System.GetUtcNow().AddHours(1), null, null, Cancellation);
        await DoAsync(HttpMethod.Post, "keys/{id}/unlock", key, null, ["key.unlock"]);
        await DoAsync(HttpMethod.Post, "keys/{id}/revoke", key, null, ["key.revoke"]);
        await DoAsync(HttpMethod.Delete, "keys/{id}", key, null, ["key.delete"]);
    }

    private async Task WriteTenantsAsync()
    {
        // The trail of a tenant is its own; its id is not known before it is there.
        var made = await SendAsync(Gateway.Http, HttpMethod.Post, "/api/v1/tenants", """{"slug":"acme","name":"Acme"}""");
        var id = JsonElement.Parse(made.Body).GetProperty("id").GetString()!;
        var tenant = new TenantId(Guid.Parse(id));
        Assert.Equal(["tenant.create"], (await TrailAsync(tenant)).Select(static row => row.Action));
        _done.Add("POST /api/v1/tenants");
        await DoAsync(HttpMethod.Put, "tenants/{id}", id, """{"slug":"acme","name":"Acme Inc"}""", ["tenant.update"], tenant);
        await DoAsync(HttpMethod.Post, "tenants/{id}/suspend", id, null, ["tenant.update"], tenant);
        await DoAsync(HttpMethod.Post, "tenants/{id}/resume", id, null, ["tenant.update"], tenant);
        await DoAsync(HttpMethod.Delete, "tenants/{id}", id, null, ["tenant.delete"], tenant);
    }

    private async Task<string> CreateAsync(string route, string body, string action)
    {
        var answer = await DoAsync(HttpMethod.Post, route, "", body, [action]);
        return (answer.TryGetProperty("details", out var details) ? details : answer).GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> DoAsync(HttpMethod method, string route, string id, string? body, string[] actions, TenantId tenant = default)
    {
        var before = (await TrailAsync(tenant)).Count;
        var (status, text) = await SendAsync(Gateway.Http, method, "/api/v1/" + route.Replace("{id}", id, StringComparison.Ordinal), body);
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent, $"{method} {route}: {status} {text}");

        var rows = (await TrailAsync(tenant)).Skip(before).ToArray();
        Assert.Equal(actions, rows.Select(static row => row.Action));
        Assert.All(rows, static row => Assert.Equal((true, AuditActorKind.ApiKey, AuditSource.Registry), (row.Success, row.ActorKind, row.Source)));
        _done.Add($"{method} /api/v1/{route}");
        return text.StartsWith('{') ? JsonElement.Parse(text) : default;
    }

    /// <summary>Reads the changes of a trail; what MCP requests leave comes later, and is not of the routes.</summary>
    private async Task<IReadOnlyList<AuditEvent>> TrailAsync(TenantId tenant)
    {
        var rows = await Gateway.Get<IAuditStore>().ReadChainAsync(tenant, 0, null, 1_000, Cancellation);
        return [.. rows.Select(static row => row.Event).Where(static row => row.Source == AuditSource.Registry)];
    }

    private IEnumerable<string> WritingRoutes() => Gateway.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(static route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (Method: method, Path: "/" + route.RoutePattern.RawText!.Trim('/'))))
        .Where(static route => route.Method is not ("GET" or "HEAD") && route.Path.StartsWith("/api/", StringComparison.Ordinal))
        .Select(static route => $"{route.Method} {route.Path}");
}
