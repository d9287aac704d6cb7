using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.AspNetCore.Tests.AccessControl;

/// <summary>An explanation says no for who is refused before any rule is asked.</summary>
public sealed class ExplainedCallerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("active", true)]
    [InlineData("revoked", false)]
    [InlineData("disabled", false)]
    [InlineData("expired", false)]
    [InlineData("locked", false)]
    [InlineData("owner_inactive", false)]
    public async Task Explain_Key_SaysItsState(string state, bool allowed)
    {
        await using var host = await StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var owner = state == "owner_inactive" ? (await AddUserAsync(host, isActive: false)).Id : (Guid?)null;
        var key = host.Get<ApiKeyComposer>().Compose(ApiKeyFormat.Generate("test"), "one", ApiKeyScope.Proxy, null) with
        {
            RevokedAt = state == "revoked" ? now : null,
            Enabled = state != "disabled",
            ExpiresAt = state == "expired" ? now - TimeSpan.FromHours(1) : null,
            Owner = owner,

            // Where a call comes from is no part of the question.
            AllowedAddresses = ["192.0.2.1"],
        };
        var keys = host.Get<IApiKeyStore>();
        Assert.True((await keys.AddAsync(TenantId.Global, key, null, Cancellation)).Succeeded);
        if (state == "locked")
        {
            await keys.LockAsync(TenantId.Global, key.Id, now + TimeSpan.FromHours(1), 0, null, Cancellation);
        }

        var answer = await ExplainAsync(host, $"\"keyId\":\"{key.Id}\"");

        Assert.Equal((state, allowed), (answer.Json.GetProperty("callerState").GetString(), answer.Json.GetProperty("allowed").GetBoolean()));
        Assert.Equal("open", answer.Json.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(true, "active")]
    [InlineData(false, "user_inactive")]
    public async Task Explain_User_SaysWhetherItIsActive(bool isActive, string state)
    {
        await using var host = await StartAsync();
        var user = await AddUserAsync(host, isActive);

        var answer = await ExplainAsync(host, $"\"userId\":\"{user.Id}\"");

        Assert.Equal((state, isActive), (answer.Json.GetProperty("callerState").GetString(), answer.Json.GetProperty("allowed").GetBoolean()));
        Assert.Equal("active", (await ExplainAsync(host, "\"subject\":\"me\"")).Json.GetProperty("callerState").GetString());
    }

    private static async Task<GovernedHost> StartAsync()
    {
        var host = await GovernedHost.StartAsync();
        var added = await host.SendAsync(HttpMethod.Post, "/api/v1/servers", """{"name":"up","alias":"up","url":"https://up.example/mcp"}""", GovernedHost.Admin);
        Assert.Equal(HttpStatusCode.Created, added.Status);
        return host;
    }

    private static async Task<User> AddUserAsync(GovernedHost host, bool isActive)
    {
        var now = TimeProvider.System.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(), Username = "ada", Email = "ada@example.com", IsActive = isActive, CreatedAt = now, UpdatedAt = now };
        return (await host.Get<IUserStore>().AddAsync(TenantId.Global, user, null, Cancellation)).Value!;
    }

    private static async Task<Answer> ExplainAsync(GovernedHost host, string subject)
    {
        var answer = await host.SendAsync(HttpMethod.Post, "/api/v1/access/explain", $$"""{ {{subject}},"server":"up","method":"tools/call"}""", GovernedHost.Admin);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        return answer;
    }
}
