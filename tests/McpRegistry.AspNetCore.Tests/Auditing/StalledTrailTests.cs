using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Auditing;

/// <summary>Calls that the trail has no room for are refused before anything is done for them, and not held for ever.</summary>
public sealed class StalledTrailTests
{
    [Fact]
    public async Task Call_WithoutRoomInTheTrail_IsRefusedAndTakenAgainLater()
    {
        await using var host = await GovernedHost.StartAsync(
            static gateway => gateway.Services.AddSingleton<InMemoryAuditStore>().AddSingleton<StalledAuditStore>()
                .AddSingleton<IAuditStore>(static provider => provider.GetRequiredService<StalledAuditStore>()),
            null,
            ("Audit:CallCapacity", "1"),
            ("Audit:CallWait", "00:00:00.1"));
        var key = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Proxy);
        var store = host.Get<StalledAuditStore>();
        store.Stall();

        // The event of the first is in the hands of the writer, that of the second takes the only place.
        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "tools/list", "", key)).Status);
        await store.Stalled;
        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "tools/list", "", key)).Status);

        var refused = await host.CallAsync("/mcp", "tools/list", "", key);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        var data = refused.Json.GetProperty("error").GetProperty("data");
        Assert.Equal(("audit_unavailable", true), (data.GetProperty("reason").GetString(), data.GetProperty("retryable").GetBoolean()));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/api/v1/servers", key)).Status);
        Assert.Equal(1, host.Get<CallAuditWriter>().Waiting);
        store.Release();
        await host.Get<CallAuditWriter>().FlushAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "tools/list", "", key)).Status);
    }
}
