using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
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
    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<TimeProvider>(new ManualTimeProvider());
        services.AddMcpRegistryApiKeys().UseInMemory();
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static async Task<(string Text, ApiKey Key)> IssueAsync(IServiceProvider services, TenantId tenant, ApiKeyDefinition definition)
    {
        var result = await services.GetRequiredService<IApiKeyRegistrar>().CreateAsync(tenant, ApiKeyScope.Admin, definition, AuditActor.System, Cancellation);
        return (result.Secret!, result.Key!.Key);
    }
}
