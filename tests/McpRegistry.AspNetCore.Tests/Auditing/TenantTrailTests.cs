using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Auditing;

/// <summary>A trail outlives its tenant, and who looks after the installation still reads it.</summary>
public sealed class TenantTrailTests
{
    private const string Path = "/api/v1/audit";

    [Theory]
    [InlineData("active")]
    [InlineData("suspended")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task Trail_OfATenantInAnyState_IsReadByTheInstallation(string state)
    {
        await using var host = await GovernedHost.StartAsync();
        var acme = await host.AddTenantAsync("acme");
        await PutInAsync(host, acme, state);

        var found = await host.GetAsync($"{Path}?tenant={acme}", GovernedHost.Admin);
        var lines = (await host.GetAsync($"{Path}/export?tenant={acme}", GovernedHost.Admin)).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var verified = await host.SendAsync(HttpMethod.Post, $"{Path}/verify?tenant={acme}", null, GovernedHost.Admin);

        var events = found.Json.GetProperty("events").EnumerateArray().ToArray();
        Assert.Contains(events, row => row.GetProperty("action").ValueEquals("tenant.create"));
        Assert.All(events, row => Assert.Equal(acme.ToString(), row.GetProperty("tenant").GetString()));
        Assert.Equal(events.Length, lines.Length);
        Assert.True(verified.Json.GetProperty("intact").GetBoolean());
        Assert.Equal(lines.Length, verified.Json.GetProperty("rowsRead").GetInt32());
    }

    [Fact]
    public async Task Trail_OfAnotherTenant_IsRefusedToWhoeverIsNotOfTheInstallation()
    {
        await using var host = await GovernedHost.StartAsync(("Tenants:AdminsActForTenants", "true"));
        var acme = await host.AddTenantAsync("acme");
        var other = await host.AddTenantAsync("other");
        var admin = await host.AddKeyAsync(acme, ApiKeyScope.Admin);
        (string Name, string Value)[][] callers = [[admin], [GovernedHost.Admin, ("X-Tenant", "acme")]];
        foreach (var caller in callers)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"{Path}?tenant={acme}", caller)).Status);
            foreach (var foreign in new[] { other, TenantId.Global, new TenantId(Guid.CreateVersion7()) })
            {
                (await host.GetAsync($"{Path}?tenant={foreign}", caller)).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
                (await host.GetAsync($"{Path}/export?tenant={foreign}", caller)).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
                (await host.SendAsync(HttpMethod.Post, $"{Path}/verify?tenant={foreign}", null, caller)).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
            }
        }

        (await host.GetAsync($"{Path}?tenant=acme", GovernedHost.Admin)).AssertProblem(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync($"{Path}?tenant={other}", await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Write))).Status);
    }

    private static async Task PutInAsync(GovernedHost host, TenantId tenant, string state)
    {
        var path = $"/api/v1/tenants/{tenant}";
        var status = state switch
        {
            "suspended" => (await host.SendAsync(HttpMethod.Post, path + "/suspend", null, GovernedHost.Admin)).Status,
            "disabled" => (await host.SendAsync(HttpMethod.Put, path, """{"name":"Tenant acme","status":"disabled"}""", GovernedHost.Admin)).Status,
            "deleted" => (await host.SendAsync(HttpMethod.Delete, path, null, GovernedHost.Admin)).Status,
            _ => HttpStatusCode.OK,
        };
        Assert.InRange((int)status, 200, 204);
    }
}
