using System.Collections.Concurrent;
using System.Net;
using BenchmarkDotNet.Attributes;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Limits;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Benchmarks.Limits;

/// <summary>What does the check of a warm key cost, under all rates and quotas, against one look-up and one interlocked operation?</summary>
[MemoryDiagnoser]
public class AdmissionBenchmark
{
    private const int Plenty = int.MaxValue;

    private readonly ConcurrentDictionary<Guid, long[]> _counters = new();
    private CallLimiter _limiter = null!;
    private GatewayCall _call = null!;
    private Guid _key;

    [GlobalSetup]
    public void Setup()
    {
        var options = Options.Create(new LimitOptions
        {
            TenantPerHour = Plenty,
            TenantPerDay = Plenty,
            Rates = { Enabled = true, Global = 10_000_000, Tenant = 10_000_000, Admin = 10_000_000, Burst = 100, TenantBurst = 100 },
        });
        var time = TimeProvider.System;
        var database = new InMemoryDatabase(time);
        var instruments = new LimitInstruments(new RegistryMeter());
        var tenants = new TenantLimitTable(new InMemoryTenantStore(database), NullLogger<TenantLimitTable>.Instance);
        var rates = new RateLimiter(new LimitMemory(options, time), tenants, options, instruments, time, NullLogger<RateLimiter>.Instance);
        var quotas = new QuotaKeeper(new QuotaContext(new InMemoryQuotaStore(database), options, instruments, time, NullLogger<QuotaContext>.Instance));
        _limiter = new CallLimiter(rates, new QuotaLimiter(quotas, tenants, options, time), instruments, options);
        _call = Call();
        _key = _call.Caller.KeyId!.Value;
        _counters[_key] = new long[1];
    }

    [Benchmark(Baseline = true)]
    public long LookUpAndCount() => _counters.TryGetValue(_key, out var counter) ? Interlocked.Increment(ref counter[0]) : 0;

    [Benchmark]
    public async ValueTask<bool> AllRatesAndFourQuotas() => await _limiter.AdmitAsync(_call, CancellationToken.None) is null;

    private static GatewayCall Call()
    {
        EnvelopeReader.Read("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a__b"}}"""u8.ToArray(), EnvelopeLimits.Default, out var message);
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch),
            Tenant = new TenantId(Guid.CreateVersion7(DateTimeOffset.UnixEpoch)),
            Name = "bench",
            LookupId = "bench",
            Salt = default,
            Hash = default,
            LastFour = "abcd",
            Scopes = ApiKeyScope.Proxy,
            CreatedAt = default,
            Owner = Guid.CreateVersion7(DateTimeOffset.UnixEpoch),
            LimitPerHour = Plenty,
            LimitPerDay = Plenty,
        };
        return new GatewayCall
        {
            Message = message,
            Era = ProtocolEra.Modern,
            Caller = Caller.Of(new ApiKeyGrant(key, UserRole.Admin)),
            Address = IPAddress.Parse("192.0.2.1"),
            Stream = null!,
        };
    }
}
