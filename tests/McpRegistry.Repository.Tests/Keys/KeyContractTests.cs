using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Limits;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Keys;

/// <summary>What keys promise holds without the gateway: one test for each aspect.</summary>
/// <param name="use">Chooses the store; gets a folder.</param>
public abstract class KeyContractTests(Action<IMcpRegistryBuilder, string> use)
{
    private static readonly ApiKeyDefinition Any = new() { Scopes = ApiKeyScope.Proxy };
    private static readonly ApiKeyDemand OneCall = new() { Scope = ApiKeyScope.Proxy, Counts = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Format_TextThatIsNoKey_IsUnauthorized()
    {
        await using var host = await KeyHost.StartAsync(use);
        var (text, _) = await host.IssueAsync(Any);

        AssertRefused(await host.TryAsync("nonsense"), 401, ApiKeyFailure.Malformed);
        AssertRefused(await host.TryAsync(text[..^1] + (text[^1] == 'x' ? 'y' : 'x')), 401, ApiKeyFailure.Malformed);
        Assert.True((await host.TryAsync(text)).IsAllowed);
    }

    [Theory]
    [InlineData(ApiKeyFailure.Expired)]
    [InlineData(ApiKeyFailure.Revoked)]
    [InlineData(ApiKeyFailure.Disabled)]
    [InlineData(ApiKeyFailure.Locked)]
    [InlineData(ApiKeyFailure.TenantSuspended)]
    [InlineData(ApiKeyFailure.OwnerInactive)]
    [InlineData(ApiKeyFailure.Unknown)]
    public async Task State_KeyThatIsNotGood_IsUnauthorizedForItsOwnReason(ApiKeyFailure failure)
    {
        await using var host = await KeyHost.StartAsync(use);
        var tenant = host.Tenant;
        var owner = await AddUserAsync(host, tenant.Id);
        var definition = Any with { Owner = owner.Id, ExpiresAt = host.Clock.GetUtcNow().AddHours(1) };
        var (text, key) = await host.IssueAsync(definition, tenant.Id);

        await SpoilAsync(host, tenant, owner, key, definition, failure);

        AssertRefused(await host.TryAsync(text, OneCall), 401, failure);
    }

    [Theory]
    [InlineData(ApiKeyScope.Admin, ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Proxy | ApiKeyScope.Metrics | ApiKeyScope.Health, true)]
    [InlineData(ApiKeyScope.Write, ApiKeyScope.Read, true)]
    [InlineData(ApiKeyScope.Read, ApiKeyScope.Write, false)]
    [InlineData(ApiKeyScope.Write, ApiKeyScope.Proxy, false)]
    [InlineData(ApiKeyScope.Proxy, ApiKeyScope.Proxy | ApiKeyScope.Metrics, false)]
    public async Task Scopes_AreThoseThatWereGrantedOrImplied(ApiKeyScope granted, ApiKeyScope needed, bool isAllowed)
    {
        await using var host = await KeyHost.StartAsync(use);
        var (text, _) = await host.IssueAsync(Any with { Scopes = granted });

        AssertDecided(await host.TryAsync(text, new ApiKeyDemand { Scope = needed }), isAllowed, ApiKeyFailure.ScopeMissing);
    }

    [Fact]
    public async Task Servers_ListOfTheKey_Bounds()
    {
        await using var host = await KeyHost.StartAsync(use);
        var server = Guid.CreateVersion7();
        var (bound, _) = await host.IssueAsync(Any with { AllowedServers = [server] });
        var (free, _) = await host.IssueAsync(Any);
        var other = new ApiKeyDemand { Server = Guid.CreateVersion7() };

        Assert.True((await host.TryAsync(bound, new ApiKeyDemand { Server = server })).IsAllowed);
        Assert.True((await host.TryAsync(free, other)).IsAllowed);
        AssertRefused(await host.TryAsync(bound, other), 403, ApiKeyFailure.ServerNotAllowed);
    }

    [Theory]
    [InlineData("tools/call", true)]
    [InlineData("ping", true)]
    [InlineData("tools/list", false)]
    [InlineData("Tools/Call", false)]
    [InlineData("reports/write", false)]
    [InlineData("", false)]
    public async Task Methods_ListOfTheKey_Bounds(string method, bool isAllowed)
    {
        await using var host = await KeyHost.StartAsync(use);
        var (bound, _) = await host.IssueAsync(Any with { AllowedMethods = ["tools/call"] });
        var (free, _) = await host.IssueAsync(Any);

        AssertDecided(await host.TryAsync(bound, new ApiKeyDemand { Method = method }), isAllowed, ApiKeyFailure.MethodNotAllowed);
        Assert.True((await host.TryAsync(free, new ApiKeyDemand { Method = method })).IsAllowed);
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("2001:db8::7", true)]
    [InlineData("192.0.2.1", false)]
    public async Task Addresses_ListOfTheKey_Bounds(string address, bool isAllowed)
    {
        await using var host = await KeyHost.StartAsync(use);
        var (text, _) = await host.IssueAsync(Any with { AllowedAddresses = ["10.0.0.0/8", "2001:db8::/32"] });

        AssertDecided(await host.TryAsync(text, OneCall, IPAddress.Parse(address)), isAllowed, ApiKeyFailure.AddressNotAllowed);
    }

    [Theory]
    [InlineData("key_hour", 1)]
    [InlineData("key_day", 24)]
    [InlineData("tenant_hour", 1)]
    [InlineData("tenant_day", 24)]
    public async Task Limits_UsedUp_AreToldUntilTheWindowEnds(string limit, int hours)
    {
        await using var host = await KeyHost.StartAsync(use, tenantSettings: limit switch
        {
            "tenant_hour" => """{"limits":{"perHour":2}}""",
            "tenant_day" => """{"limits":{"perDay":2}}""",
            _ => "{}",
        });
        var definition = limit switch
        {
            "key_hour" => Any with { LimitPerHour = 2 },
            "key_day" => Any with { LimitPerDay = 2 },
            _ => Any,
        };
        var (text, _) = await host.IssueAsync(definition, host.Tenant.Id);
        for (var i = 0; i < 5; i++)
        {
            // What is refused, and what does not count, takes nothing.
            AssertRefused(await host.TryAsync(text, OneCall with { Scope = ApiKeyScope.Admin }), 403, ApiKeyFailure.ScopeMissing);
            Assert.True((await host.TryAsync(text, OneCall with { Counts = false })).IsAllowed);
        }

        Assert.True((await host.TryAsync(text, OneCall)).IsAllowed);
        Assert.True((await host.TryAsync(text, OneCall)).IsAllowed);
        var refused = await host.TryAsync(text, OneCall);
        AssertRefused(refused, 429, ApiKeyFailure.LimitReached);
        Assert.Equal(new ApiKeyLimit(limit, 2), refused.Limit);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(hours));

        host.Clock.Advance(TimeSpan.FromHours(hours));
        Assert.True((await host.TryAsync(text, OneCall)).IsAllowed);
    }

    [Fact]
    public async Task Limits_StoreThatFails_IsUnavailable()
    {
        await using var host = await KeyHost.StartAsync(use, static services => services.AddSingleton<IQuotaStore, FailingQuotaStore>());
        var (text, _) = await host.IssueAsync(Any with { LimitPerHour = 2 });

        var refused = await host.TryAsync(text, OneCall);

        AssertRefused(refused, 503, ApiKeyFailure.LimitUnknown);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.True((await host.TryAsync(text)).IsAllowed);
    }

    [Fact]
    public async Task Guessing_OfUnknownKeys_IsThrottledByAddress()
    {
        await using var host = await KeyHost.StartAsync(use);
        var (good, _) = await host.IssueAsync(Any);
        var (gone, key) = await host.IssueAsync(Any);
        Assert.True((await host.Registrar.DeleteAsync(key.Tenant, key.Id, null, AuditActor.System, Cancellation)).Succeeded);
        for (var i = 0; i < 20; i++)
        {
            AssertRefused(await host.TryAsync(gone), i < 19 ? 401 : null, ApiKeyFailure.Unknown);
        }

        var refused = await host.TryAsync(gone);

        AssertRefused(refused, 429, ApiKeyFailure.Unknown);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.True((await host.TryAsync(good)).IsAllowed);
    }

    [Fact]
    public async Task Cache_WarmKeyThatIsRevoked_IsRefusedAtOnce()
    {
        await using var host = await KeyHost.StartAsync(use);
        var (text, key) = await host.IssueAsync(Any);
        Assert.True((await host.TryAsync(text, OneCall)).IsAllowed);

        Assert.True((await host.Registrar.RevokeAsync(key.Tenant, key.Id, null, null, AuditActor.System, Cancellation)).Succeeded);

        AssertRefused(await host.TryAsync(text, OneCall), 401, ApiKeyFailure.Revoked);
    }

    [Fact]
    public async Task Use_OfAKnownKey_IsCounted()
    {
        await using var host = await KeyHost.StartAsync(use);
        var (text, key) = await host.IssueAsync(Any);
        var used = host.Clock.GetUtcNow();
        await host.TryAsync(text, OneCall);
        await host.TryAsync(text);
        await host.TryAsync(text, new ApiKeyDemand { Scope = ApiKeyScope.Admin });
        await host.TryAsync("nonsense");

        await host.StopAsync();

        var usage = (await host.Registrar.FindAsync(key.Tenant, key.Id, Cancellation))!.Usage;
        Assert.Equal(new ApiKeyUsage { LastUsed = used, LastSuccess = used, LastError = used, TotalRequests = 3, TotalErrors = 1 }, usage);
    }

    private static async Task SpoilAsync(KeyHost host, Tenant tenant, User owner, ApiKey key, ApiKeyDefinition definition, ApiKeyFailure failure)
    {
        var succeeded = failure switch
        {
            ApiKeyFailure.Revoked => (await host.Registrar.RevokeAsync(tenant.Id, key.Id, null, null, AuditActor.System, Cancellation)).Succeeded,
            ApiKeyFailure.Disabled => (await host.Registrar.UpdateAsync(
                tenant.Id, ApiKeyScope.Admin, key.Id, definition with { Name = key.Name, Enabled = false }, null, AuditActor.System, Cancellation)).Succeeded,
            ApiKeyFailure.Locked => await host.Get<IApiKeyStore>().LockAsync(tenant.Id, key.Id, host.Clock.GetUtcNow().AddMinutes(15), null, null, Cancellation),
            ApiKeyFailure.TenantSuspended => (await host.Get<ITenantStore>().UpdateAsync(tenant with { Status = TenantStatus.Suspended }, null, Cancellation)).Succeeded,
            ApiKeyFailure.OwnerInactive => (await host.Get<IUserStore>().UpdateAsync(tenant.Id, owner with { IsActive = false }, null, Cancellation)).Succeeded,
            ApiKeyFailure.Unknown => (await host.Registrar.DeleteAsync(tenant.Id, key.Id, null, AuditActor.System, Cancellation)).Succeeded,
            _ => true,
        };
        Assert.True(succeeded);
        if (failure == ApiKeyFailure.Expired)
        {
            host.Clock.Advance(TimeSpan.FromHours(1));
        }
    }

    private static async Task<User> AddUserAsync(KeyHost host, TenantId tenant)
    {
        var now = host.Clock.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(), Tenant = tenant, Username = "one", Email = "one@example.org", CreatedAt = now, UpdatedAt = now };
        return (await host.Get<IUserStore>().AddAsync(tenant, user, null, Cancellation)).Value!;
    }

    private static void AssertDecided(ApiKeyDecision decision, bool isAllowed, ApiKeyFailure failure)
    {
        if (!isAllowed)
        {
            AssertRefused(decision, 403, failure);
            return;
        }

        Assert.True(decision.IsAllowed);
        Assert.Equal((200, ApiKeyFailure.None), (decision.StatusCode, decision.Failure));
    }

    private static void AssertRefused(ApiKeyDecision decision, int? status, ApiKeyFailure failure)
    {
        Assert.False(decision.IsAllowed);
        Assert.Null(decision.Grant);
        Assert.Equal((status ?? decision.StatusCode, failure), (decision.StatusCode, decision.Failure));
    }
}
