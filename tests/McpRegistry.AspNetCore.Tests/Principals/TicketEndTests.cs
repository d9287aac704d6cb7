using System.Net;
using System.Security.Claims;
using McpRegistry.AspNetCore.Principals;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>What a principal has open ends with its token or cookie.</summary>
public sealed class TicketEndTests
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}""";

    private static readonly (string Name, string Value) Accept = ("Accept", "application/json, text/event-stream");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1767229200", 1_767_229_200L)]
    [InlineData("1767229200.75", 1_767_229_200L)]
    [InlineData("0", 0L)]
    [InlineData("-1", null)]
    [InlineData("1e300", null)]
    [InlineData("NaN", null)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public void Of_TokenWithoutAnEndOfTheTicket_IsItsClaim(string? claim, long? expected) =>
        Assert.Equal(expected, TicketEnd.Of(Ticket(claim))?.ToUnixTimeSeconds());

    [Fact]
    public void Of_TicketWithItsOwnEnd_HeedsNoClaimThatWasKept()
    {
        var ends = DateTimeOffset.UnixEpoch.AddDays(1);

        Assert.Equal(ends, TicketEnd.Of(Ticket("0", ends)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_OfATokenOrCookie_EndsWithIt(bool isToken)
    {
        var clock = new ManualTimeProvider();
        var life = TimeSpan.FromMinutes(10);
        await using var host = await GovernedHost.StartAsync(
            gateway => gateway.Services.AddSingleton<TimeProvider>(clock)
                .Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options => options.ExpireTimeSpan = life),
            null);
        var caller = isToken
            ? host.Token("ann", ("scope", "mcp:proxy"), ("exp", (clock.GetUtcNow() + life).ToUnixTimeSeconds()))
            : await host.SignInAsync("ann", ("mcpregistry:scope", "proxy"));
        var opened = await host.SendAsync(HttpMethod.Post, "/mcp", Initialize, caller, Accept);
        using var listening = GovernedHost.Create(
            HttpMethod.Get, "/mcp", null, [caller, ("Mcp-Session-Id", opened.Headers["Mcp-Session-Id"]), ("Accept", "text/event-stream")]);
        using var stream = await host.Http.SendAsync(listening, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var read = stream.Content.ReadAsStringAsync(Cancellation);
        Assert.False(read.IsCompleted);

        clock.Advance(life);

        await read.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
    }

    private static AuthenticationTicket Ticket(string? claim, DateTimeOffset? ends = null) => new(
        new ClaimsPrincipal(new ClaimsIdentity(claim is null ? [] : [new Claim("exp", claim)], "Bearer")),
        new AuthenticationProperties { ExpiresUtc = ends },
        "Bearer");
}
