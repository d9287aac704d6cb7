using System.Net;
using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Servers;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.ApiKeys;

public sealed class ApiKeyIdentityTests
{
    /// <summary>Hosts add roles in a claims transformation; what one request gets must not stay for the next.</summary>
    [Fact]
    public async Task Request_HostTransformsClaims_EachStartsWithItsOwn()
    {
        var transformation = new Adding();
        await using var host = await AccessHost.StartAsync(services => services.AddSingleton<IClaimsTransformation>(transformation));
        host.UseKey(ApiKeyScope.Admin);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(ServerEndpoints.Path)).Status);
        }

        Assert.All(transformation.Seen, seen => Assert.Equal((1, 0), seen));
        Assert.Equal(3, transformation.Seen.Count);
    }

    [Fact]
    public void Create_WarmKey_AllocatesLittle()
    {
        var claims = new ApiKeyClaims(new ApiKeyGrant(SampleKey.Of(ApiKeyScope.Admin), null));

        var bytes = Allocations.Of(() => _ = new ClaimsPrincipal(new ApiKeyIdentity(claims)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes");
        Assert.InRange(bytes, 0, 2_048);
    }

    /// <summary>Does both that hosts do: adds an identity, and adds a claim to the one that is there.</summary>
    private sealed class Adding : IClaimsTransformation
    {
        public List<(int Identities, int Roles)> Seen { get; } = [];

        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            Seen.Add((principal.Identities.Count(), principal.FindAll(ClaimTypes.Role).Count()));
            ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim(ClaimTypes.Role, "one"));
            principal.AddIdentity(new ClaimsIdentity([new Claim(ClaimTypes.Role, "two")]));
            return Task.FromResult(principal);
        }
    }
}
