using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Limits;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Core.Tests.Limits;

/// <summary>The limits of one replica on a store that several may share.</summary>
internal sealed class LimitFixture
{
    private readonly IOptions<LimitOptions> _options;

    public LimitFixture(LimitOptions? options = null, TimeProvider? time = null, IQuotaStore? store = null)
    {
        Time = time ?? TimeProvider.System;
        _options = Options.Create(options ?? new LimitOptions());
        var database = new InMemoryDatabase(Time);
        Store = store ?? new InMemoryQuotaStore(database);
        TenantStore = new InMemoryTenantStore(database);
        var instruments = new LimitInstruments(new RegistryMeter());
        Memory = new LimitMemory(_options, Time);
        Tenants = new TenantLimitTable(TenantStore, NullLogger<TenantLimitTable>.Instance);
        Quotas = new QuotaKeeper(new QuotaContext(Store, _options, instruments, Time, NullLogger<QuotaContext>.Instance));
        QuotaLimits = new QuotaLimiter(Quotas, Tenants, _options, Time);
        Rates = new RateLimiter(Memory, Tenants, _options, instruments, Time, NullLogger<RateLimiter>.Instance);
        Calls = new CallLimiter(Rates, QuotaLimits, instruments, _options);
    }

    public static IPAddress Address { get; } = IPAddress.Parse("192.0.2.7");

    public TimeProvider Time { get; }

    public IQuotaStore Store { get; }

    public ITenantStore TenantStore { get; }

    public LimitMemory Memory { get; }

    public TenantLimitTable Tenants { get; }

    public QuotaKeeper Quotas { get; }

    public QuotaLimiter QuotaLimits { get; }

    public RateLimiter Rates { get; }

    public CallLimiter Calls { get; }

    public static Caller Caller(int? perHour = null, int? perDay = null, Guid? tenant = null, Guid? user = null) => McpRegistry.ApiKeys.Caller.Of(new ApiKeyGrant(new ApiKey
    {
        Id = Guid.CreateVersion7(),
        Tenant = new TenantId(tenant ?? Guid.CreateVersion7()),
        Name = "key",
        LookupId = "lookup",
        Salt = default,
        Hash = default,
        LastFour = "abcd",
        Scopes = ApiKeyScope.Proxy,
        CreatedAt = default,
        Owner = user,
        LimitPerHour = perHour,
        LimitPerDay = perDay,
    }, null));

    public static LimitOptions WithRates(Action<RateOptions>? configure = null)
    {
        var options = new LimitOptions { Rates = { Enabled = true } };
        configure?.Invoke(options.Rates);
        return options;
    }
}
