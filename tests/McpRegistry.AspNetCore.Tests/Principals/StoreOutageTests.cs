using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Tests.ApiKeys;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>Who cannot be recognised because the store does not answer is told to come again, and not what went wrong inside.</summary>
public sealed class StoreOutageTests
{
    [Fact]
    public async Task Request_KeyOrUserThatIsNotRemembered_IsToldToComeAgain()
    {
        await using var host = await GovernedHost.StartAsync(
            static gateway =>
            {
                HeldKeyCounts.Add(gateway);
                gateway.Services.AddSingleton<InMemoryUserStore>().AddSingleton<FailingUserStore>()
                    .AddSingleton<IUserStore>(static provider => provider.GetRequiredService<FailingUserStore>());
            },
            null);
        var warm = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read);
        var cold = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read);
        var token = host.Token("ann", ("scope", "mcp:read mcp:proxy"));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", warm)).Status);
        (host.Get<HeldKeyCounts>().Fails, host.Get<FailingUserStore>().Fails) = (true, true);

        foreach (var caller in ((string Name, string Value)[])[cold, token])
        {
            foreach (var path in (string[])["/api/v1/servers", "/whoami", "/tenant"])
            {
                var answer = await host.GetAsync(path, caller);
                answer.AssertProblem(HttpStatusCode.ServiceUnavailable, "store_unavailable");
                Assert.Equal("1", answer.Headers["Retry-After"]);
                Assert.DoesNotContain(HeldKeyCounts.Failure, answer.Body, StringComparison.Ordinal);
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", warm)).Status);
        (host.Get<HeldKeyCounts>().Fails, host.Get<FailingUserStore>().Fails) = (false, false);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", cold)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", token)).Status);
    }
}
