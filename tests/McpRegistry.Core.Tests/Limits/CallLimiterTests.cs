using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Gateway;
using McpRegistry.Limits;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Limits;

public sealed class CallLimiterTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Admit_QuotaIsUsedUp_SaysWhichAndWhen()
    {
        _clock.Advance(TimeSpan.FromMinutes(37));
        var limits = new LimitFixture(time: _clock);
        var caller = LimitFixture.Caller(perHour: 2, perDay: 10);
        Assert.Null(await limits.Calls.AdmitAsync(Call(caller), Cancellation));
        Assert.Null(await limits.Calls.AdmitAsync(Call(caller), Cancellation));

        var error = await limits.Calls.AdmitAsync(Call(caller), Cancellation);

        Assert.Equal(("quota_exceeded", 429, true), (error!.Reason, error.HttpStatus, error.Retryable));
        Assert.Equal("The API key has used its 2 calls of this hour. Try again in 23 minutes.", error.Message);
        Assert.Equal("""{"limit":"key_hour","retryAfterMs":1380000}"""u8, error.Data.Span);
    }

    [Fact]
    public async Task Admit_ActingForAnotherTenant_UsesTheQuotasOfHome()
    {
        var limits = new LimitFixture(new LimitOptions { TenantPerHour = 100 }, _clock);
        var (home, acting) = Acting(perHour: 2);

        Assert.Null(await limits.Calls.AdmitAsync(Call(acting), Cancellation));
        Assert.Null(await limits.Calls.AdmitAsync(Call(home), Cancellation));
        Assert.Equal("key_hour", LimitKinds.Name((await limits.Calls.AdmitAsync(Call(acting), Cancellation))!.Refusal!.Kind));

        var window = new QuotaWindow(acting.Tenant.Value, QuotaPeriod.Hour, _clock.GetUtcNow());
        Assert.Null(await limits.Store.FindAsync(acting.Tenant, window, Cancellation));
        Assert.NotNull(await limits.Store.FindAsync(home.Tenant, window with { Subject = home.Tenant.Value }, Cancellation));
    }

    [Fact]
    public async Task Admit_ActingForAnotherTenant_UsesTheRatesOfHome()
    {
        var limits = new LimitFixture(LimitFixture.WithRates(static rates => (rates.Tenant, rates.TenantBurst) = (2, 1)), _clock);
        var (home, acting) = Acting();

        Assert.Null(await limits.Calls.AdmitAsync(Call(acting), Cancellation));
        Assert.Null(await limits.Calls.AdmitAsync(Call(home), Cancellation));
        Assert.Equal(LimitKind.Tenant, (await limits.Calls.AdmitAsync(Call(acting), Cancellation))!.Refusal!.Kind);
        Assert.Null(await limits.Calls.AdmitAsync(Call(LimitFixture.Caller(tenant: acting.Tenant.Value)), Cancellation));
    }

    [Fact]
    public async Task Admit_LaterQuotaRefuses_EarlierOnesGetTheCallBack()
    {
        var limits = new LimitFixture(time: _clock);
        var caller = LimitFixture.Caller(perHour: 10, perDay: 2);
        for (var call = 0; call < 8; call++)
        {
            await limits.Calls.AdmitAsync(Call(caller), Cancellation);
        }

        Assert.Equal("key_day", LimitKinds.Name((await limits.Calls.AdmitAsync(Call(caller), Cancellation))!.Refusal!.Kind));
        await limits.Quotas.ReturnAllAsync();
        var hour = QuotaLimiter.KeyOf(caller, LimitKind.KeyHour);
        Assert.Equal(2, (await limits.Store.FindAsync(caller.Tenant, hour.At(_clock.GetUtcNow()), Cancellation))!.Value.Leased);
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("initialize")]
    [InlineData("server/discover")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/unsubscribe")]
    public async Task Admit_WhatReachesNoServer_IsNotCounted(string method)
    {
        var limits = new LimitFixture(time: _clock);
        var caller = LimitFixture.Caller(perHour: 1);

        for (var call = 0; call < 3; call++)
        {
            Assert.Null(await limits.Calls.AdmitAsync(Call(caller, method), Cancellation));
        }
    }

    [Fact]
    public async Task Admit_KeyWithoutOwnLimit_HasTheDefaultUnlessItIsAnAdministrators()
    {
        var limits = new LimitFixture(new LimitOptions { KeyPerHour = 1 }, _clock);
        var user = LimitFixture.Caller();
        var admin = Caller.Of(new ApiKeyGrant(LimitFixture.Caller().Key! with { Scopes = ApiKeyScope.Admin }, null));

        await limits.Calls.AdmitAsync(Call(user), Cancellation);
        await limits.Calls.AdmitAsync(Call(admin), Cancellation);

        Assert.NotNull(await limits.Calls.AdmitAsync(Call(user), Cancellation));
        Assert.Null(await limits.Calls.AdmitAsync(Call(admin), Cancellation));
    }

    [Fact]
    public async Task Admit_SwitchedOff_CountsNothing()
    {
        var limits = new LimitFixture(new LimitOptions { Enabled = false, Rates = { Enabled = true, User = 1 } }, _clock);
        var caller = LimitFixture.Caller(perHour: 1);

        for (var call = 0; call < 5; call++)
        {
            Assert.Null(await limits.Calls.AdmitAsync(Call(caller), Cancellation));
        }
    }

    [Fact]
    public async Task Admit_WarmCallerUnderEveryLimit_AllocatesNothing()
    {
        var limits = new LimitFixture(LimitFixture.WithRates(rates => (rates.Admin, rates.Tenant, rates.Global) = (1_000_000, 1_000_000, 1_000_000)));
        var caller = LimitFixture.Caller(1_000_000, 1_000_000, user: Guid.CreateVersion7()) with { Role = McpRegistry.Users.UserRole.Admin };
        var call = Call(caller);
        for (var warm = 0; warm < 200; warm++)
        {
            await limits.Calls.AdmitAsync(call, Cancellation);
        }

        // Slices are leased in the background now and then, and the first lease of a slice takes an object.
        var least = Enumerable.Range(0, 50).Min(_ => Measure(limits, call));

        Assert.Equal(0, least);
    }

    private static long Measure(LimitFixture limits, GatewayCall call)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
        {
            var admission = limits.Calls.AdmitAsync(call, default);
            Assert.True(!admission.IsCompletedSuccessfully || admission.Result is null);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (Caller Home, Caller Acting) Acting(int? perHour = null)
    {
        var home = LimitFixture.Caller(perHour, tenant: Guid.Empty);
        return (home, home with { PrincipalId = "elsewhere", Tenant = new TenantId(Guid.CreateVersion7()), AtHome = home });
    }

    private static GatewayCall Call(Caller caller, string method = "tools/call") => new()
    {
        Message = Message.Of($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{"name":"a__b"} }"""),
        Era = ProtocolEra.Modern,
        Caller = caller,
        Address = LimitFixture.Address,
        Stream = new FakeStream(),
    };
}
