using System.Net;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>A principal whose user was deactivated; the tenant acme has to be there, and users have to be provisioned.</summary>
internal static class InactiveUser
{
    private const string Servers = "/api/v1/servers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<(string Name, string Value)> AddAsync(GovernedHost host)
    {
        var ann = host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:read"), ("name", "Ann"));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, ann)).Status);
        var users = host.Get<IUserStore>();
        Assert.True(host.Get<TenantDirectory>().TryFind("acme", out var acme));
        var user = (await users.ListAsync(acme, new UserQuery(), Cancellation)).Single(static user => user.AuthProviderId == "ann");
        await users.UpdateAsync(acme, user with { IsActive = false }, null, Cancellation);

        // The change feed tells of the user when it comes to it.
        await Patience.UntilAsync(
            async () => (await host.GetAsync($"{Servers}/{Guid.Empty}", ann)).Status == HttpStatusCode.Forbidden, "the user is refused", Cancellation);

        return ann;
    }
}
