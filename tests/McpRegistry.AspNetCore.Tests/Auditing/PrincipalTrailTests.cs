using System.Net;
using System.Text.Json;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Auditing;

/// <summary>The trail tells principals of the host apart by what they cannot choose themselves.</summary>
public sealed class PrincipalTrailTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_OfPrincipalsWithOneName_TellWhoTheyAre()
    {
        await using var host = await GovernedHost.StartAsync();
        var acme = await host.AddTenantAsync("acme");
        foreach (var subject in (string[])["one", "two"])
        {
            var token = host.Token(subject, ("mcpregistry:tenant", "acme"), ("scope", "mcp:admin"), ("name", "Ann"));
            Assert.Equal(HttpStatusCode.Created, (await AddServerAsync(host, subject, token)).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await host.SendAsync(HttpMethod.Post, "/api/v1/servers", "{}", token)).Status);
            Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "tools/list", "", token)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/api/v1/servers", token, ("X-Tenant", "none"))).Status);
        }

        var rows = await TrailAsync(host, acme);

        foreach (var action in (string[])["server.create", "tools/list", "request.refused"])
        {
            var found = rows.Where(row => row.Action == action).Select(PrincipalOf).Distinct(StringComparer.Ordinal);
            Assert.Equal([$"{acme}:https://idp.example:one", $"{acme}:https://idp.example:two"], found.Order(StringComparer.Ordinal));
        }

        Assert.All(rows.Where(row => row.ActorKind == AuditActorKind.User), row => Assert.Equal("Ann", row.ActorName));
        Assert.True((await host.Get<IAuditTrail>().VerifyAsync(acme, AuditRange.All, Cancellation)).IsIntact);
    }

    [Fact]
    public async Task Event_OfWhoActsForATenant_TellsWhoItIsAtHome()
    {
        await using var host = await GovernedHost.StartAsync(("Tenants:AdminsActForTenants", "true"));
        var acme = await host.AddTenantAsync("acme");
        await AddServerAsync(host, "one", host.Token("root", ("scope", "mcp:admin")), ("X-Tenant", "acme"));
        await AddServerAsync(host, "two", GovernedHost.Admin, ("X-Tenant", "acme"));

        var rows = (await TrailAsync(host, acme)).Where(static row => row.Action == "server.create").OrderBy(static row => row.ResourceName, StringComparer.Ordinal).ToArray();

        Assert.Equal([$"{TenantId.Global}:https://idp.example:root", null], rows.Select(PrincipalOf));
        Assert.NotNull(rows[1].ApiKeyId);
    }

    /// <summary>A subject may be any text; what a store could not keep must not cost the event.</summary>
    [Fact]
    public async Task Event_OfAPrincipalWithAnOddSubject_IsKept()
    {
        await using var host = await GovernedHost.StartAsync();
        var odd = "a\0\"\\\u202E" + new string('x', 5_000);
        await AddServerAsync(host, "one", host.Token(odd, ("scope", "mcp:admin")));
        await host.CallAsync("/mcp", "tools/list", "", host.Token(odd, ("scope", "mcp:admin")));

        var rows = await TrailAsync(host, TenantId.Global);

        Assert.All(rows.Where(static row => row.Action is "server.create" or "tools/list"), static row =>
            Assert.StartsWith($"{TenantId.Global}:https://idp.example:a\0\"", PrincipalOf(row), StringComparison.Ordinal));
    }

    private static string? PrincipalOf(AuditEvent row) =>
        JsonElement.Parse(row.Details).TryGetProperty("principal", out var principal) ? principal.GetString() : null;

    private static Task<Answer> AddServerAsync(GovernedHost host, string name, params (string Name, string Value)[] headers) => host.SendAsync(
        HttpMethod.Post, "/api/v1/servers", $$"""{"name":"{{name}}","url":"https://up.example/mcp","enabled":false}""", headers);

    private static async Task<IReadOnlyList<AuditEvent>> TrailAsync(GovernedHost host, TenantId tenant)
    {
        await host.Get<CallAuditWriter>().FlushAsync();
        return await host.Get<IAuditStore>().SearchAsync(tenant, new AuditQuery { Limit = 100 }, Cancellation);
    }
}
