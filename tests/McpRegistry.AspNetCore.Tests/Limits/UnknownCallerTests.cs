using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Limits;

/// <summary>Who comes without a good credential has the rate of its address, and known callers at that address their own.</summary>
public sealed class UnknownCallerTests
{
    private const string Servers = "/api/v1/servers";
    private const string Address = "203.0.113.7";

    [Fact]
    public async Task Requests_OfNobody_AreLimitedByTheirAddressOnBothSides()
    {
        await using var host = await StartAsync(("OAuth:AuthorizationServers:0", "https://idp.example"), ("Http:PublicOrigin", "https://mcp.example"));
        var bad = host.Token("ann", ("scope", "mcp:read"));
        bad.Value += "x";

        // A client of OAuth hears where to go, and so does one with a token that is over.
        var first = await host.CallAsync("/mcp", "tools/list", "");
        Assert.Contains("resource_metadata=", first.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, first.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(Servers, bad)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(Servers, ("X-Api-Key", "no key"))).Status);

        Answer[] refused =
        [
            await host.CallAsync("/mcp", "tools/list", ""), await host.GetAsync(Servers), await host.GetAsync(Servers, bad),
            await host.GetAsync(Servers, ("X-Api-Key", "no key")), await host.GetAsync(Servers + "?access_token=x", GovernedHost.Admin),
        ];
        Assert.All(refused, answer =>
        {
            answer.AssertProblem(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
            Assert.StartsWith("\"address\"", answer.Headers["RateLimit"], StringComparison.Ordinal);
        });

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, GovernedHost.Admin)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(Servers, ("X-Test-Address", "203.0.113.8"))).Status);
        var shown = await host.GetAsync($"/api/v1/limits?address={Address}", GovernedHost.Admin);
        Assert.Equal(0, shown.Json.GetProperty("rates").EnumerateArray().Single().GetProperty("remaining").GetInt32());
        await host.Get<CallAuditWriter>().FlushAsync();
        var trail = await host.Get<IAuditStore>().SearchAsync(TenantId.Global, new AuditQuery { Source = AuditSource.Security }, TestContext.Current.CancellationToken);
        Assert.Equal(5, trail.Count(row => row.ErrorCode == 429));
    }

    [Fact]
    public async Task Requests_OfABannedAddress_AreRefusedAsSuch()
    {
        await using var host = await StartAsync(("Limits:Rates:BanAfter", "2"));
        for (var request = 0; request < 5; request++)
        {
            await host.GetAsync(Servers);
        }

        var banned = await host.GetAsync(Servers);

        banned.AssertProblem(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.StartsWith("\"ban\"", banned.Headers["RateLimit"], StringComparison.Ordinal);
    }

    private static Task<GovernedHost> StartAsync(params (string Key, string Value)[] settings) => GovernedHost.StartAsync(
        static gateway => gateway.Services.AddSingleton<IStartupFilter, GivenAddress>(),
        null,
        [("Limits:Rates:Enabled", "true"), ("Limits:Rates:Anonymous", "1"), ("Limits:Rates:Burst", "3"), .. settings]);

    /// <summary>Has requests come from an address that can be banned, unlike that of the loopback.</summary>
    private sealed class GivenAddress : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(static (context, further) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers["X-Test-Address"].FirstOrDefault() ?? Address);
                return further(context);
            });
            next(app);
        };
    }
}
