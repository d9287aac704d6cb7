using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Limits;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Core.Tests.Limits;

public sealed class RateLimiterTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Take_Key_HasTheRateOfItsRole()
    {
        var limits = Fixture();
        var user = LimitFixture.Caller();
        var admin = LimitFixture.Caller() with { Role = UserRole.Admin };

        Assert.Equal((200, LimitKind.Key), Spend(limits, user, 300));
        Assert.Equal((2000, LimitKind.Key), Spend(limits, admin, 2100));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((100, LimitKind.Key), Spend(limits, user, 300));
    }

    [Fact]
    public void Take_TwoKeysOfOneUser_ShareTheUsersBucket()
    {
        var limits = Fixture();
        var user = Guid.CreateVersion7();
        var tenant = Guid.CreateVersion7();

        Assert.Equal((200, LimitKind.User), Spend(limits, LimitFixture.Caller(tenant: tenant, user: user), 300));
        Assert.Equal((0, LimitKind.User), Spend(limits, LimitFixture.Caller(tenant: tenant, user: user), 1));
        Assert.Equal((200, LimitKind.Key), Spend(limits, LimitFixture.Caller(tenant: tenant), 300));
    }

    [Fact]
    public void Take_RefusedRequests_ConsumeNothing()
    {
        var limits = Fixture(rates => (rates.Global, rates.Tenant) = (300, 250));
        var caller = LimitFixture.Caller();
        Spend(limits, caller, 1000);

        // 600 of all callers and 750 of the tenant; the 800 refused ones have taken nothing of either.
        Assert.Equal((400, LimitKind.Global), Spend(limits, LimitFixture.Caller(tenant: caller.Tenant.Value) with { Role = UserRole.Admin }, 700));
    }

    [Fact]
    public void Take_Unknown_HasTheRateOfItsAddress()
    {
        var limits = Fixture();
        var nobody = new Caller("", new TenantId(Guid.CreateVersion7()), default);

        Assert.Equal((40, LimitKind.Address), Spend(limits, nobody, 60));
        Assert.Null(limits.Rates.Take(nobody, IPAddress.Parse("192.0.2.8")));
        Assert.NotNull(limits.Rates.Take(nobody, IPAddress.Parse("::ffff:192.0.2.7")));
    }

    /// <summary>A token of a machine may say neither a name nor a role; many of them may share one way out to the internet.</summary>
    [Fact]
    public void Take_PrincipalWithoutNameAndRole_HasARateOfItsOwn()
    {
        var limits = Fixture(static rates => rates.BanAfter = 10);
        var tenant = new TenantId(Guid.CreateVersion7());
        var one = new Caller($"{tenant}:idp:one", tenant, ApiKeyScope.Proxy);

        Assert.Equal((200, LimitKind.User), Spend(limits, one, 205));
        limits.Rates.PutBack(one, LimitFixture.Address);
        Assert.Equal((1, LimitKind.User), Spend(limits, one, 2));
        Assert.Equal((200, null), Spend(limits, new Caller($"{tenant}:idp:two", tenant, ApiKeyScope.Proxy), 200));
    }

    [Fact]
    public void Take_AddressesOfOneV6Network_AreOne()
    {
        var limits = Fixture();
        var nobody = new Caller("", new TenantId(Guid.CreateVersion7()), default);
        for (var host = 1; host <= 40; host++)
        {
            Assert.Null(limits.Rates.Take(nobody, IPAddress.Parse($"2001:db8::{host:x}")));
        }

        Assert.Equal(LimitKind.Address, limits.Rates.Take(nobody, IPAddress.Parse("2001:db8::ffff"))?.Kind);
        Assert.Null(limits.Rates.Take(nobody, IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void Take_TooManyViolations_BanTheAddressForItsTime()
    {
        var limits = Fixture(rates => (rates.BanAfter, rates.BanDuration) = (10, TimeSpan.FromMinutes(5)));
        Assert.Equal((200, LimitKind.Key), Spend(limits, LimitFixture.Caller(), 210));

        var banned = limits.Rates.Take(LimitFixture.Caller(), LimitFixture.Address);
        Assert.Equal((LimitKind.Ban, TimeSpan.FromMinutes(5)), (banned?.Kind, banned?.RetryAfter));
        Assert.Null(limits.Rates.Take(LimitFixture.Caller(), IPAddress.Parse("192.0.2.9")));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(limits.Rates.Take(LimitFixture.Caller(), LimitFixture.Address));
    }

    [Fact]
    public void Take_Loopback_IsNeverBanned()
    {
        var limits = Fixture(rates => rates.BanAfter = 10);
        var caller = LimitFixture.Caller();
        for (var request = 0; request < 300; request++)
        {
            limits.Rates.Take(caller, IPAddress.Loopback);
        }

        Assert.Null(limits.Rates.Take(LimitFixture.Caller(), IPAddress.Loopback));
    }

    [Fact]
    public void Take_OneTenantAlone_MayUseAllOfTheGateway()
    {
        var limits = Fixture(rates => (rates.Global, rates.Tenant, rates.Admin) = (100, 1000, 1000));
        var caller = LimitFixture.Caller() with { Role = UserRole.Admin };

        // The budget of the window is 500, and with the overuse 750.
        var taken = SpendOver(limits, TimeSpan.FromSeconds(280), caller)[0];

        Assert.InRange(taken, 600, 750);
    }

    [Fact]
    public void Take_TwoTenants_ShareByWeight()
    {
        var limits = Fixture(rates => (rates.Global, rates.Tenant, rates.Admin, rates.Overuse, rates.Burst) = (300, 10_000, 10_000, 1, 100));
        var greedy = LimitFixture.Caller() with { Role = UserRole.Admin };
        var modest = LimitFixture.Caller() with { Role = UserRole.Admin };

        var taken = SpendOver(limits, TimeSpan.FromSeconds(280), greedy, modest);

        // 1,500 requests of the window for two; neither gets more than half as soon as both are there.
        Assert.InRange(taken[0], 740, 760);
        Assert.InRange(taken[1], 740, 760);
    }

    [Fact]
    public async Task Take_TenantWithSettings_HasItsOwnRate()
    {
        var limits = Fixture();
        var tenant = new Tenant
        {
            Id = new TenantId(Guid.CreateVersion7()), Slug = "small", Name = "Small", CreatedAt = _clock.GetUtcNow(), UpdatedAt = _clock.GetUtcNow(),
            Settings = """{"limits":{"requestsPerMinute":10,"burst":1.5,"weight":2}}""",
        };
        await limits.TenantStore.AddAsync(tenant, null, TestContext.Current.CancellationToken);
        await limits.Tenants.ReloadAsync(TestContext.Current.CancellationToken);

        Assert.Equal((15, LimitKind.Tenant), Spend(limits, LimitFixture.Caller(tenant: tenant.Id.Value), 20));
    }

    [Fact]
    public void TakeTool_OwnRate_ComesBeforeTheGeneralOne()
    {
        var limits = Fixture(rates =>
        {
            rates.Tool = 60;
            rates.Tools["files__read"] = 5;
        });
        var server = SampleServers.Of("files");

        Assert.Equal(10, Enumerable.Range(0, 200).Count(_ => limits.Rates.TakeTool(server, "read", null) is null));
        Assert.Equal(120, Enumerable.Range(0, 200).Count(_ => limits.Rates.TakeTool(server, "write", null) is null));
    }

    [Fact]
    public void ToolRate_NamesakeOfAnotherTenant_HasItsOwn()
    {
        var tenant = new TenantId(Guid.CreateVersion7());
        var (server, namesake, other) = (SampleServers.Of("files"), SampleServers.Of("files", tenant: tenant), SampleServers.Of("files", tenant: new TenantId(Guid.CreateVersion7())));
        var limits = Fixture(rates =>
        {
            rates.Tools["files__read"] = 5;
            rates.Tools[$"{tenant}/files__read"] = 6;
            rates.Tools[$"{other.Id}__write"] = 7;
        });

        Assert.Equal([5, 6, null], new[] { server, namesake, other }.Select(one => limits.Rates.ToolRate(one, "read")?.PerMinute));
        Assert.Equal([null, null, 7], new[] { server, namesake, other }.Select(one => limits.Rates.ToolRate(one, "write")?.PerMinute));
    }

    [Theory]
    [InlineData("files")]
    [InlineData("files__")]
    [InlineData("acme/files__read")]
    public void Validate_KeyThatNamesNoTool_IsRefused(string key)
    {
        var options = new LimitOptions { Rates = { Tools = { [key] = 5 } } };

        Assert.Contains($"Rates:Tools:{key} must be SERVER__TOOL", new LimitOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void TakeUnknown_Address_HasItsOwnRateAndBanAndTakesNothingOfOthers()
    {
        var limits = Fixture(static rates => (rates.Global, rates.BanAfter) = (1, 5));

        var taken = Enumerable.Range(0, 46).Select(_ => limits.Rates.TakeUnknown(LimitFixture.Address)?.Kind).ToArray();

        Assert.Equal([.. Enumerable.Repeat<LimitKind?>(null, 40), .. Enumerable.Repeat<LimitKind?>(LimitKind.Address, 5), LimitKind.Ban], taken);
        Assert.Null(limits.Rates.TakeUnknown(IPAddress.Parse("192.0.2.8")));
        Assert.Null(limits.Rates.Take(LimitFixture.Caller(), IPAddress.Parse("192.0.2.8")));
    }

    [Fact]
    public void Reset_Tenant_FillsTheBucketsOfItsPrincipalsWithoutAnId()
    {
        var limits = Fixture();
        var (tenant, other) = (new TenantId(Guid.CreateVersion7()), new TenantId(Guid.CreateVersion7()));
        var one = new Caller($"{tenant}:idp:one", tenant, ApiKeyScope.Proxy);
        var two = new Caller($"{other}:idp:two", other, ApiKeyScope.Proxy);
        Assert.Equal((200, LimitKind.User), Spend(limits, one, 205));
        Assert.Equal((200, LimitKind.User), Spend(limits, two, 205));

        limits.Memory.Reset(tenant.Value);

        Assert.Equal((200, LimitKind.User), Spend(limits, one, 205));
        Assert.Equal((0, LimitKind.User), Spend(limits, two, 1));
    }

    [Fact]
    public void Reset_Subject_BeginsAnew()
    {
        var limits = Fixture(rates => (rates.BanAfter, rates.Tool) = (10, 1));
        var caller = LimitFixture.Caller();
        var server = SampleServers.Of("files");
        Spend(limits, caller, 210);
        limits.Rates.TakeTool(server, "read", null);
        limits.Rates.TakeTool(server, "read", null);
        Assert.NotNull(limits.Rates.TakeTool(server, "read", null));

        limits.Memory.Reset(AddressId.Of(LimitFixture.Address));
        Assert.Equal(LimitKind.Key, limits.Rates.Take(caller, LimitFixture.Address)?.Kind);
        limits.Memory.Reset(caller.KeyId!.Value);
        Assert.Null(limits.Rates.Take(caller, LimitFixture.Address));
        limits.Memory.Reset(LimitSubjects.OfTool(server.Id, "read"));
        Assert.Null(limits.Rates.TakeTool(server, "read", null));
    }

    private LimitFixture Fixture(Action<RateOptions>? configure = null) => new(LimitFixture.WithRates(configure), _clock);

    private static (int Taken, LimitKind? Refusal) Spend(LimitFixture limits, Caller caller, int requests)
    {
        var taken = 0;
        LimitKind? refused = null;
        for (var request = 0; request < requests; request++)
        {
            var refusal = limits.Rates.Take(caller, LimitFixture.Address);
            taken += refusal is null ? 1 : 0;
            refused ??= refusal?.Kind;
        }

        return (taken, refused);
    }

    private int[] SpendOver(LimitFixture limits, TimeSpan time, params Caller[] callers)
    {
        var taken = new int[callers.Length];
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            for (var request = 0; request < 10; request++)
            {
                for (var caller = 0; caller < callers.Length; caller++)
                {
                    taken[caller] += limits.Rates.Take(callers[caller], IPAddress.Loopback) is null ? 1 : 0;
                }
            }

            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        return taken;
    }
}
