using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.AccessControl;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
using McpRegistry.Users;

namespace McpRegistry.EndToEnd.Tests.Limits;

/// <summary>Limits of one tenant are neither shown to another nor reset by it, and who acts for another counts at home.</summary>
public sealed class TenantLimitTests : AccessTest
{
    private const string Limits = "/api/v1/limits";

    private protected override GatewaySetup Setup => base.Setup with
    {
        Clock = ShiftedTimeProvider.AtFullHour(),
        Settings = new Dictionary<string, string?>(base.Setup.Settings, StringComparer.Ordinal) { ["Tenants:AdminsActForTenants"] = "true" },
    };

    [Fact]
    public async Task Routes_SubjectsOfAnotherTenant_AreNotThereAndStay()
    {
        await AddServerAsync("up");
        var (http, key) = await AddCallerAsync("limited", Ordinary, static key => key with { LimitPerHour = 5 });
        await (await OpenAsync(http, Era.Modern)).CallAsync("tools/list", Cancellation);
        var user = await AddUserAsync();
        var stranger = await AddTenantAsync();
        var before = (await SendAsync(Gateway.Http, HttpMethod.Get, $"{Limits}?key={key}")).Body;

        foreach (var (member, value) in ((string, string)[])
        [
            ("key", $"{key}"), ("user", $"{user}"), ("tenant", $"{Guid.Empty}"), ("tenant", $"{Guid.CreateVersion7()}"), ("address", "127.0.0.1"), ("tool", "up__work"),
        ])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(stranger, HttpMethod.Get, $"{Limits}?{member}={value}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(stranger, HttpMethod.Post, Limits + "/reset", $$"""{"{{member}}":"{{value}}"}""")).Status);
        }

        Assert.Equal(before, (await SendAsync(Gateway.Http, HttpMethod.Get, $"{Limits}?key={key}")).Body);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(stranger, HttpMethod.Get, $"{Limits}?tenant={Other}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(Gateway.Http, HttpMethod.Post, Limits + "/reset", $$"""{"tenant":"{{Other}}"}""")).Status);
    }

    [Fact]
    public async Task Quota_OfAKeyThatActsForAnotherTenant_IsOne()
    {
        await AddTenantAsync();
        var (home, _) = await AddCallerAsync("installation", ApiKeyScope.Admin, static key => key with { LimitPerHour = 2 });
        var acting = Gateway.CreateHttp(home.DefaultRequestHeaders.Authorization!.Parameter);
        acting.DefaultRequestHeaders.Add("X-Tenant", "other");

        Assert.Equal(HttpStatusCode.OK, (await (await OpenAsync(acting, Era.Modern)).CallAsync("tools/list", Cancellation)).Status);
        Assert.Equal(HttpStatusCode.OK, (await (await OpenAsync(home, Era.Modern)).CallAsync("tools/list", Cancellation)).Status);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await (await OpenAsync(acting, Era.Modern)).CallAsync("tools/list", Cancellation)).Status);
        var quota = JsonElement.Parse((await SendAsync(acting, HttpMethod.Get, Limits + "/me")).Body).GetProperty("quotas").EnumerateArray().Single();
        Assert.Equal(0, quota.GetProperty("remaining").GetInt32());
    }

    private async Task<Guid> AddUserAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(), Username = "ada", Email = "ada@example.com", CreatedAt = now, UpdatedAt = now };
        Assert.True((await Gateway.Get<IUserStore>().AddAsync(user.Tenant, user, null, Cancellation)).Succeeded);
        return user.Id;
    }
}
