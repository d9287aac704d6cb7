using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.ApiKeys;

/// <summary>A tenant never has more live keys than it may, whatever is done with those that have ended.</summary>
public sealed class KeyQuotaTests
{
    private const string Keys = "/api/v1/keys";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rotate_KeyThatHasExpired_NeedsAPlace()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme", ",\"maxApiKeys\":1");
        var admin = await host.AddKeyAsync(tenant, ApiKeyScope.Admin);
        var ended = await AddExpiredAsync(host, tenant, "ended");

        var rotated = await host.SendAsync(HttpMethod.Post, $"{Keys}/{ended}/rotate", null, admin);

        rotated.AssertProblem(HttpStatusCode.Conflict, "limit_reached");
        Assert.Equal(1, await CountAsync(host, tenant));
        var live = (await host.GetAsync(Keys, admin)).Json.GetProperty("keys").EnumerateArray().Single(static key => key.GetProperty("state").ValueEquals("active"));
        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync(HttpMethod.Post, $"{Keys}/{live.GetProperty("id")}/rotate", null, admin)).Status);
    }

    [Fact]
    public async Task Update_TwoThatReviveKeysAtOnce_FillOnePlaceOnce()
    {
        await using var host = await GovernedHost.StartAsync(HeldKeyCounts.Add, null);
        var counts = host.Get<HeldKeyCounts>();
        var tenant = await host.AddTenantAsync("acme", ",\"maxApiKeys\":2");
        await host.AddKeyAsync(tenant, ApiKeyScope.Read);
        string[] ended = [await AddExpiredAsync(host, tenant, "one"), await AddExpiredAsync(host, tenant, "two")];

        // The first has counted, and does not go on before the second has gone as far as it comes: stores in memory answer at once.
        var hold = counts.HoldNext();
        var first = ReviveAsync(host, tenant, ended[0], "one");
        await hold.Held;
        var second = ReviveAsync(host, tenant, ended[1], "two");
        hold.Release();
        var results = await Task.WhenAll(first, second);

        Assert.Equal([ApiKeyWriteOutcome.Success, ApiKeyWriteOutcome.LimitReached], results.Select(static result => result.Outcome).Order());
        Assert.Equal(2, await CountAsync(host, tenant));
    }

    /// <summary>Another replica has filled the place between the count and the write.</summary>
    [Fact]
    public async Task Update_ThatFindsOneTooManyAfterwards_IsTakenBack()
    {
        await using var host = await GovernedHost.StartAsync(HeldKeyCounts.Add, null);
        var counts = host.Get<HeldKeyCounts>();
        var tenant = await host.AddTenantAsync("acme", ",\"maxApiKeys\":2");
        var admin = await host.AddKeyAsync(tenant, ApiKeyScope.Admin);
        var ended = await AddExpiredAsync(host, tenant, "one");
        var hold = counts.HoldNext();
        var reviving = ReviveAsync(host, tenant, ended, "one");
        await hold.Held;
        await host.AddKeyAsync(tenant, ApiKeyScope.Read);
        hold.Release();

        Assert.Equal(ApiKeyWriteOutcome.LimitReached, (await reviving).Outcome);
        Assert.Equal(2, await CountAsync(host, tenant));
        Assert.Equal("expired", (await host.GetAsync($"{Keys}/{ended}", admin)).Json.GetProperty("state").GetString());
    }

    /// <summary>The change that has to be taken back has been changed again: what else was changed stays, and the key is ended.</summary>
    [Fact]
    public async Task Update_TakenBackWhileItIsChangedAgain_IsEndedAllTheSame()
    {
        await using var host = await GovernedHost.StartAsync(HeldKeyCounts.Add, null);
        var (counts, store) = (host.Get<HeldKeyCounts>(), host.Get<IApiKeyStore>());
        var tenant = await host.AddTenantAsync("acme", ",\"maxApiKeys\":1");
        var ended = Guid.Parse(await AddExpiredAsync(host, tenant, "one"));
        var (before, after) = (counts.HoldNext(), counts.HoldNext());
        var reviving = ReviveAsync(host, tenant, ended.ToString(), "one");
        await before.Held;
        await host.AddKeyAsync(tenant, ApiKeyScope.Read);
        before.Release();
        await after.Held;
        var written = (await store.FindAsync(tenant, ended, Cancellation))!.Key;
        Assert.True((await store.UpdateAsync(tenant, written with { Description = "by another" }, null, Cancellation)).Succeeded);
        after.Release();

        Assert.Equal(ApiKeyWriteOutcome.LimitReached, (await reviving).Outcome);
        Assert.Equal(1, await CountAsync(host, tenant));
        Assert.Equal("by another", (await store.FindAsync(tenant, ended, Cancellation))!.Key.Description);
    }

    [Fact]
    public async Task Update_KeyThatIsBeingReplaced_CannotStayForLonger()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme", ",\"maxApiKeys\":1");
        var admin = await host.AddKeyAsync(tenant, ApiKeyScope.Admin);
        var id = (await host.GetAsync(Keys, admin)).Json.GetProperty("keys")[0].GetProperty("id").GetString();
        var rotated = await host.SendAsync(HttpMethod.Post, $"{Keys}/{id}/rotate", """{"overlapSeconds":2592000}""", admin);
        admin = ("Authorization", "Bearer " + rotated.Json.GetProperty("key").GetString());
        var end = (await host.GetAsync($"{Keys}/{id}", admin)).Json.GetProperty("expiresAt").GetString();

        (await host.SendAsync(HttpMethod.Put, $"{Keys}/{id}", """{"name":"old","scopes":["admin"]}""", admin)).AssertProblem(HttpStatusCode.Conflict, "limit_reached");

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Put, $"{Keys}/{id}", $$"""{"name":"old","scopes":["admin"],"expiresAt":"{{end}}"}""", admin)).Status);
    }

    private static Task<ApiKeyWriteResult> ReviveAsync(GovernedHost host, TenantId tenant, string id, string name)
    {
        var definition = new ApiKeyDefinition { Name = name, Scopes = ApiKeyScope.Read, ExpiresAt = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1) };
        return host.Get<IApiKeyRegistrar>()
            .UpdateAsync(tenant, ApiKeyScope.Admin, Guid.Parse(id), definition, null, AuditActor.System, Cancellation).AsTask();
    }

    private static async Task<string> AddExpiredAsync(GovernedHost host, TenantId tenant, string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        var key = host.Get<ApiKeyComposer>().Compose(ApiKeyFormat.Generate("test"), name, ApiKeyScope.Read, null) with
        {
            Tenant = tenant, CreatedAt = now - TimeSpan.FromDays(2), ExpiresAt = now - TimeSpan.FromDays(1),
        };
        return (await host.Get<IApiKeyStore>().AddAsync(tenant, key, null, Cancellation)).Value!.Id.ToString();
    }

    private static async Task<int> CountAsync(GovernedHost host, TenantId tenant) =>
        await host.Get<IApiKeyStore>().CountAsync(tenant, TimeProvider.System.GetUtcNow(), Cancellation);
}
