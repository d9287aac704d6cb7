using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Tests.Principals;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Auditing;

/// <summary>Who is refused before any route was reached leaves an event, whatever it came with.</summary>
public sealed class RefusalTrailTests
{
    private const string Servers = "/api/v1/servers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refusal_OfAPrincipalOrOfATenantThatWasChosen_IsInTheTrail()
    {
        await using var host = await GovernedHost.StartAsync(("Principals:ProvisionUsers", "true"));
        var acme = await host.AddTenantAsync("acme");
        var key = await host.AddKeyAsync(acme, ApiKeyScope.Read);
        var ann = await InactiveUser.AddAsync(host);
        var bob = host.Token("bob", ("mcpregistry:tenant", "acme"), ("scope", "mcp:read"), ("name", "Bob"));
        ((string Name, string Value)[] Headers, HttpStatusCode Status)[] requests =
        [
            ([ann], HttpStatusCode.Forbidden),
            ([bob, ("X-Tenant", "other")], HttpStatusCode.Forbidden),
            ([key, ("X-Tenant", "other")], HttpStatusCode.Forbidden),
            ([("Authorization", bob.Value + "x")], HttpStatusCode.Unauthorized),
            ([host.Token("", ("scope", "mcp:read"))], HttpStatusCode.Forbidden),
            ([host.Token("cyd", ("mcpregistry:tenant", "gone"), ("scope", "mcp:read"))], HttpStatusCode.Forbidden),
        ];
        foreach (var (headers, status) in requests)
        {
            Assert.Equal(status, (await host.GetAsync(Servers, headers)).Status);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Post, Servers, "{}", bob)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync(Servers + "?access_token=x", bob)).Status);

        Assert.Equal(
            [
                (AuditActorKind.User, "Ann", "user_inactive", 403), (AuditActorKind.User, "Bob", "tenant_unknown", 403),
                (AuditActorKind.ApiKey, "key", "tenant_unknown", 403), (AuditActorKind.User, "Bob", "forbidden", 403),
            ],
            await RefusalsAsync(host, acme));
        Assert.Equal(
            [
                (AuditActorKind.Anonymous, null, "unauthorized", 401), (AuditActorKind.Anonymous, null, "principal_unknown", 403),
                (AuditActorKind.User, null, "tenant_unknown", 403), (AuditActorKind.Anonymous, null, "token_in_query", 400),
            ],
            await RefusalsAsync(host, TenantId.Global));
    }

    /// <summary>A good key elsewhere may have got out: its tenant sees which one.</summary>
    [Fact]
    public async Task Refusal_OfAGoodKeyAtTheWrongAddress_IsInTheTrailOfItsTenant()
    {
        await using var host = await GovernedHost.StartAsync();
        var acme = await host.AddTenantAsync("acme");
        var admin = await host.AddKeyAsync(acme, ApiKeyScope.Admin);
        var made = await host.SendAsync(HttpMethod.Post, "/api/v1/keys", """{"name":"bound","scopes":["read"],"allowedAddresses":["203.0.113.7"]}""", admin);

        var refused = await host.GetAsync(Servers, ("Authorization", "Bearer " + made.Json.GetProperty("key").GetString()));

        refused.AssertProblem(HttpStatusCode.Forbidden, "address_not_allowed");
        Assert.Equal([(AuditActorKind.ApiKey, "bound", "address_not_allowed", 403)], await RefusalsAsync(host, acme));
        Assert.Empty(await RefusalsAsync(host, TenantId.Global));
    }

    private static async Task<IEnumerable<(AuditActorKind Kind, string? Name, string? Reason, int? Status)>> RefusalsAsync(GovernedHost host, TenantId tenant)
    {
        await host.Get<CallAuditWriter>().FlushAsync();
        var rows = await host.Get<IAuditStore>().SearchAsync(tenant, new AuditQuery { Source = AuditSource.Security, Limit = 50 }, Cancellation);
        return rows.Where(static row => row.ResourceName == Servers).OrderBy(static row => row.OccurredAt).ThenBy(static row => row.Id)
            .Select(static row => (row.ActorKind, row.ActorName?.Split(' ')[0], row.ErrorMessage, row.ErrorCode));
    }
}
