using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Limits;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Keys;

/// <summary>Keys in a container without a host and without configuration.</summary>
public sealed class KeysWithoutHostTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AuthorizeAsync_LimitOfTheTenant_CountsAndUseIsWrittenInTheEnd()
    {
        IApiKeyRegistrar registrar;
        Tenant tenant;
        ApiKey key;
        await using (var provider = Build())
        {
            registrar = provider.GetRequiredService<IApiKeyRegistrar>();
            tenant = await KeyHost.AddTenantAsync(provider, """{"limits":{"perHour":1}}""");
            (var text, key) = await IssueAsync(provider, tenant.Id, new ApiKeyDefinition { Name = "one", Scopes = ApiKeyScope.Read });
            var authorizer = provider.GetRequiredService<IApiKeyAuthorizer>();
            var demand = new ApiKeyDemand { Scope = ApiKeyScope.Read, Counts = true };

            Assert.True((await authorizer.AuthorizeAsync(text, null, demand, Cancellation)).IsAllowed);
            Assert.Equal(ApiKeyFailure.LimitReached, (await authorizer.AuthorizeAsync(text, null, demand, Cancellation)).Failure);
        }

        var usage = (await registrar.FindAsync(tenant.Id, key.Id, Cancellation))!.Usage;
        Assert.Equal((2, 1), (usage.TotalRequests, usage.TotalErrors));
    }

    /// <summary>A program that runs often and briefly would otherwise use up a slice of the limit each time.</summary>
    [Fact]
    public async Task Dispose_CallsWereLeased_ThoseNotMadeAreReturned()
    {
        var folder = Directory.CreateTempSubdirectory("mcp-registry-");
        var file = Path.Combine(folder.FullName, "keys.db");
        ApiKey key;
        await using (var provider = Build(file))
        {
            await provider.GetRequiredService<IStorageInitializer>().InitializeAsync(Cancellation);
            (var text, key) = await IssueAsync(provider, TenantId.Global, new ApiKeyDefinition { Name = "one", Scopes = ApiKeyScope.Read, LimitPerHour = 1_000 });
            var authorizer = provider.GetRequiredService<IApiKeyAuthorizer>();
            for (var call = 0; call < 3; call++)
            {
                Assert.True((await authorizer.AuthorizeAsync(text, null, new ApiKeyDemand { Scope = ApiKeyScope.Read, Counts = true }, Cancellation)).IsAllowed);
            }
        }

        await using (var next = Build(file))
        {
            var window = new QuotaWindow(key.Id, QuotaPeriod.Hour, next.GetRequiredService<TimeProvider>().GetUtcNow());
            Assert.Equal(new QuotaUse(3, 3, 1), await next.GetRequiredService<IQuotaStore>().FindAsync(TenantId.Global, window, Cancellation));
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AuthorizeAsync_WarmKeyWithADemand_AllocatesNothing()
    {
        await using var provider = Build();
        var server = Guid.CreateVersion7();
        var (text, _) = await IssueAsync(provider, TenantId.Global, new ApiKeyDefinition
        {
            Name = "one", Scopes = ApiKeyScope.Proxy, AllowedServers = [server], AllowedMethods = ["tools/call"], LimitPerHour = 1_000_000,
        });
        var authorizer = provider.GetRequiredService<IApiKeyAuthorizer>();
        var demand = new ApiKeyDemand { Scope = ApiKeyScope.Proxy, Server = server, Method = "tools/call", Counts = true };
        for (var i = 0; i < 1000; i++)
        {
            // The queue of what was used has grown by then, and grows next at the 2017th.
            Assert.True((await authorizer.AuthorizeAsync(text, null, demand, Cancellation)).IsAllowed);
        }

        var warm = true;

        Assert.Equal(0, Allocations.Of(() => warm &= IsAllowed(authorizer.AuthorizeAsync(text, null, demand, CancellationToken.None))));
        Assert.True(warm);

        static bool IsAllowed(ValueTask<ApiKeyDecision> decision) => decision.IsCompletedSuccessfully && decision.Result.IsAllowed;
    }

    /// <summary>The clock stands, so that nothing is written meanwhile.</summary>
    private static ServiceProvider Build(string? file = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<TimeProvider>(new ManualTimeProvider());
        var registry = services.AddMcpRegistryApiKeys();
        registry = file is null ? registry.UseInMemory() : registry.UseSqlite($"Data Source={file}");
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static async Task<(string Text, ApiKey Key)> IssueAsync(IServiceProvider services, TenantId tenant, ApiKeyDefinition definition)
    {
        var result = await services.GetRequiredService<IApiKeyRegistrar>().CreateAsync(tenant, ApiKeyScope.Admin, definition, AuditActor.System, Cancellation);
        return (result.Secret!, result.Key!.Key);
    }
}
