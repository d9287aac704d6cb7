using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Auditing;

/// <summary>Who is known and refused again and again does not fill the trail, and hides nobody else.</summary>
public sealed class RefusalBoundTests
{
    private const string Servers = "/api/v1/servers";

    private static readonly (string Name, string Value) OtherTenant = ("X-Tenant", "other");
    private static readonly (string Name, string Value) OtherPage = ("Origin", "http://page.example");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refusals_OfOneCaller_LeaveSoManyEventsInAMinute()
    {
        var clock = new ManualTimeProvider();
        await using var host = await GovernedHost.StartAsync(
            gateway => gateway.Services.AddSingleton<TimeProvider>(clock), null, ("Audit:RefusalsPerMinute", "3"));
        var flooding = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read);
        var other = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read);

        // Of each kind: what stands before the routes, what the policy of a route and what a handler refuses.
        for (var i = 0; i < 3; i++)
        {
            await RefuseAsync(host, HttpMethod.Get, flooding, OtherTenant);
            await RefuseAsync(host, HttpMethod.Post, flooding);
            await RefuseAsync(host, HttpMethod.Get, flooding, OtherPage);
        }

        await RefuseAsync(host, HttpMethod.Get, other, OtherTenant);
        Assert.Equal("0 0 0 0", await SuppressedAsync(host));

        clock.Advance(TimeSpan.FromMinutes(1));
        await RefuseAsync(host, HttpMethod.Get, flooding, OtherPage);
        await RefuseAsync(host, HttpMethod.Get, flooding, OtherPage);

        Assert.Equal("0 0 0 0 0 6", await SuppressedAsync(host));
    }

    private static async Task RefuseAsync(GovernedHost host, HttpMethod method, params (string Name, string Value)[] headers) =>
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(method, Servers, method == HttpMethod.Post ? "{}" : null, headers)).Status);

    private static async Task<string> SuppressedAsync(GovernedHost host)
    {
        await host.Get<CallAuditWriter>().FlushAsync();
        var rows = await host.Get<IAuditStore>().SearchAsync(TenantId.Global, new AuditQuery { Source = AuditSource.Security, Limit = 50 }, Cancellation);
        return string.Join(' ', rows.Select(static row => JsonElement.Parse(row.Details!).TryGetProperty("suppressed", out var count) ? count.GetInt64() : 0).Order());
    }
}
