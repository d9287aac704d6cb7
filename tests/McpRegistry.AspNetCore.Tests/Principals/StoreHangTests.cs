using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Tests.ApiKeys;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>A store that takes the question and never answers holds nobody for longer than the limit.</summary>
public sealed class StoreHangTests
{
    private const string Servers = "/api/v1/servers";

    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_KeyThatIsNotRemembered_IsToldToComeAgainAfterTheLimit()
    {
        await using var host = await StartAsync();
        var warm = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read);
        var cold = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, warm)).Status);

        await AssertLimitedAsync(host, cold, hang => host.Get<HeldKeyCounts>().Hang = hang);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, warm)).Status);
    }

    [Fact]
    public async Task Request_UserWhoIsNotRemembered_IsToldToComeAgainAfterTheLimit()
    {
        await using var host = await StartAsync();

        await AssertLimitedAsync(host, host.Token("ann", ("scope", "mcp:read")), hang => host.Get<FailingUserStore>().Hang = hang);
    }

    [Fact]
    public async Task Request_UserWhoCannotBeAdded_IsToldToComeAgainAfterTheLimit()
    {
        await using var host = await StartAsync(("Principals:ProvisionUsers", "true"));

        await AssertLimitedAsync(host, host.Token("ann", ("scope", "mcp:read")), hang => host.Get<FailingUserStore>().HangOfAdd = hang);
    }

    private Task<GovernedHost> StartAsync(params (string Key, string Value)[] settings) => GovernedHost.StartAsync(
        gateway =>
        {
            HeldKeyCounts.Add(gateway);
            gateway.Services.AddSingleton<TimeProvider>(_clock).AddSingleton<InMemoryUserStore>().AddSingleton<FailingUserStore>()
                .AddSingleton<IUserStore>(static provider => provider.GetRequiredService<FailingUserStore>());
        },
        null,
        [("ApiKeys:LookupTimeout", "00:00:03"), .. settings]);

    private async Task AssertLimitedAsync(GovernedHost host, (string Name, string Value) caller, Action<Hang?> set)
    {
        var hang = new Hang();
        set(hang);
        var asking = host.GetAsync(Servers, caller);
        await hang.Asked.WaitAsync(Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(hang.Cancelled.IsCompleted);
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));

        var answer = await asking;
        answer.AssertProblem(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Equal("1", answer.Headers["Retry-After"]);
        await hang.Cancelled.WaitAsync(Cancellation);
        set(null);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, caller)).Status);
    }
}
