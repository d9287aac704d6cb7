using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What the suites share: the stores under test and a tenant per test.</summary>
public abstract partial class StoreSuite(IStorageFixture storage)
{
    /// <summary>Text that breaks careless SQL, careless patterns, careless encodings.</summary>
    public static TheoryData<string> HostileTexts =>
    [
        "it's \"quoted\" `name` \\ back",
        "100%_done[a-z]*?",
        "'; DROP TABLE mcp_servers; --",
        "Robert'); DELETE FROM api_keys WHERE ('1'='1",
        "line\r\nbreak\ttab",
        "ünïcödé 漢字 العربية",
        "four bytes 😀 𝒳 🏳️‍🌈",
        "nul \0 inside",
        "\0",
        "private \uE000 use \uE0000000",
        "half \uD83D pair",
        "other half \uDE00",
        " leading and trailing ",
        "$1 {0} @p0 :p0 ?",
    ];

    /// <summary>Gets JSON objects that every store refuses, since one of the databases would.</summary>
    public static TheoryData<string> RefusedJson =>
    [
        """{"half":"\ud800"}""",
        """{"\udc00":1}""",
        "{\"half\":\"\uD800\"}",
        """{"n":1e200000}""",
        """{"n":[-1e400]}""",
        """{"n":1e-20000}""",
        $$"""{"n":{{new string('9', 501)}}}""",
        """{"a":1,"a":2}""",
        """{"a":1,}""",
        "{",
    ];

    /// <summary>Gets a contract that the store under test implements.</summary>
    protected T Get<T>()
        where T : notnull =>
        storage.Services.GetRequiredService<T>();

    protected IServerStore Servers => storage.Services.GetRequiredService<IServerStore>();

    protected IApiKeyStore Keys => storage.Services.GetRequiredService<IApiKeyStore>();

    protected IRevisionStore Revisions => storage.Services.GetRequiredService<IRevisionStore>();

    protected IRegistryChangeFeed Feed => storage.Services.GetRequiredService<IRegistryChangeFeed>();

    protected TenantId Tenant { get; } = new(Guid.CreateVersion7());

    protected TenantId OtherTenant { get; } = new(Guid.CreateVersion7());

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static CancellationToken Cancelled { get; } = new(canceled: true);

    /// <summary>Gives a server measured values.</summary>
    /// <summary>Counts calls of a server so that it has these statistics, if nothing was counted before.</summary>
    protected static async Task MeasureAsync(IServiceProvider services, RegisteredServer server, ServerStatistics statistics) =>
        await services.GetRequiredService<IUsageStore>().AddAsync(
            [
                new UsageDelta
                {
                    Subject = UsageSubject.Server,
                    Tenant = server.Tenant,
                    Id = server.Id,
                    Calls = statistics.RequestCount,
                    Errors = statistics.ErrorCount,
                    TotalMs = (statistics.AverageResponseTime ?? 0) * statistics.RequestCount,
                    LastUsed = statistics.LastUsedAt,
                    ConnectionChange = statistics.ActiveConnections ?? 0,
                },
            ],
            Cancellation);

    protected ValueTask<IEmptyStorage> OpenEmptyAsync() => storage.OpenEmptyAsync();

    protected async Task<RegisteredServer> AddServerAsync(RegisteredServer server)
    {
        var result = await Servers.AddAsync(server.Tenant, server, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }

    protected async Task<ApiKey> AddKeyAsync(ApiKey key)
    {
        var result = await Keys.AddAsync(key.Tenant, key, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }
}
