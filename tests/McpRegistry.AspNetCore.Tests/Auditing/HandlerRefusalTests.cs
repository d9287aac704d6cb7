using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Auditing;

/// <summary>What a handler refuses, behind the policy of its route, leaves one event as well.</summary>
public sealed class HandlerRefusalTests
{
    private const string Servers = "/api/v1/servers";
    private const string Tenants = "/api/v1/tenants";
    private const string Reset = "/api/v1/limits/reset";
    private const string Rules = "/api/v1/access-rules";
    private const string Routing = "/api/v1/routing-rules";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refusal_ByAHandler_LeavesOneEventInTheTrailOfWhoAsked()
    {
        await using var host = await GovernedHost.StartAsync();
        var acme = await host.AddTenantAsync("acme");
        var admin = await host.AddKeyAsync(acme, ApiKeyScope.Admin);
        var reader = await host.AddKeyAsync(acme, ApiKeyScope.Read);
        var made = await host.SendAsync(
            HttpMethod.Post, "/api/v1/keys", $$"""{"name":"bounded","scopes":["admin"],"allowedServers":["{{Guid.CreateVersion7()}}"]}""", admin);
        (string Name, string Value) bounded = ("Authorization", "Bearer " + made.Json.GetProperty("key").GetString());
        (HttpMethod Method, string Path, string? Body, (string Name, string Value)[] Headers, string Code)[] requests =
        [
            (HttpMethod.Post, Reset, $$"""{"tenant":"{{acme}}"}""", [admin], "forbidden"),
            (HttpMethod.Post, Tenants, """{"slug":"x","name":"X"}""", [admin], "forbidden"),
            (HttpMethod.Post, Tenants + "/acme/resume", null, [admin], "forbidden"),
            (HttpMethod.Get, $"{Rules}?subjectKind=tenant&subjectId={acme}", null, [reader], "forbidden"),
            (HttpMethod.Post, Servers, "{}", [bounded], "forbidden"),
            (HttpMethod.Post, Routing, "{}", [bounded], "forbidden"),
            (HttpMethod.Get, Servers, null, [reader, ("Origin", "http://page.example")], "origin_not_allowed"),
            (HttpMethod.Post, "/mcp", "{}", [admin, ("Origin", "http://page.example")], "origin_not_allowed"),
            (HttpMethod.Post, Servers, "{}", [reader], "forbidden"),
        ];
        foreach (var (method, path, body, headers, code) in requests)
        {
            (await host.SendAsync(method, path, body, headers)).AssertProblem(HttpStatusCode.Forbidden, code);
        }

        await host.Get<CallAuditWriter>().FlushAsync();
        var rows = await host.Get<IAuditStore>().SearchAsync(acme, new AuditQuery { Source = AuditSource.Security, Limit = 50 }, Cancellation);
        Assert.Equal(
            requests.Select(static request => (request.Path.Split('?')[0], request.Code)),
            rows.OrderBy(static row => row.OccurredAt).ThenBy(static row => row.Id).Select(static row => (row.ResourceName!, row.ErrorMessage!)));
        Assert.All(rows, static row => Assert.Equal(("request.refused", AuditActorKind.ApiKey, 403, false), (row.Action, row.ActorKind, row.ErrorCode, row.Success)));
    }

    /// <summary>For a tenant there are no limits but its own; who tries others leaves the same event as for a key that is not there.</summary>
    [Fact]
    public async Task Reset_OfWhatIsNotTheTenants_IsInItsTrail()
    {
        await using var host = await GovernedHost.StartAsync();
        var acme = await host.AddTenantAsync("acme");
        var other = await host.AddTenantAsync("other");
        var admin = await host.AddKeyAsync(acme, ApiKeyScope.Admin);

        foreach (var subject in (string[])[$"\"tenant\":\"{other}\"", $"\"tenant\":\"{TenantId.Global}\"", "\"address\":\"192.0.2.1\""])
        {
            (await host.SendAsync(HttpMethod.Post, Reset, $"{{{subject}}}", admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
        }

        var rows = await host.Get<IAuditStore>().SearchAsync(acme, new AuditQuery { Action = "limit.reset" }, Cancellation);
        Assert.All(rows, static row => Assert.Equal((false, "not found"), (row.Success, row.ErrorMessage)));
        Assert.Equal(
            [("address", null, "192.0.2.1"), ("tenant", other.ToString(), null), ("tenant", TenantId.Global.ToString(), (string?)null)],
            rows.Select(static row => (row.ResourceType, row.ResourceId, row.ResourceName)).OrderBy(static row => row.ResourceType, StringComparer.Ordinal)
                .ThenByDescending(static row => row.ResourceId, StringComparer.Ordinal));
    }
}
