using McpRegistry.Credentials;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace McpRegistry.Core.Tests.Credentials.OAuth;

/// <summary>For how long a token serves, and what happens when it no longer does.</summary>
public sealed class TokenLifeTests : OAuthTest
{
    private int _tokens;

    [Fact]
    public async Task Call_TokenLives_IsShownAgain()
    {
        var connection = await OpenAsync();
        Clock.Advance(TimeSpan.FromSeconds(3539));

        await CallAsync(connection);

        Assert.Equal(["Bearer token-1"], Shown("tools/list"));
    }

    [Fact]
    public async Task Call_TokenIsAboutToEnd_IsReplacedBefore()
    {
        var connection = await OpenAsync();
        Clock.Advance(TimeSpan.FromSeconds(3541));

        await CallAsync(connection);

        Assert.Equal(["Bearer token-2"], Shown("tools/list"));
    }

    [Fact]
    public async Task Call_TokenIsAboutToEndAndThereIsNoOther_IsShownToItsEnd()
    {
        var connection = await OpenAsync();
        Authorization.TokenAnswer = static exchange => exchange.StatusAsync(503);
        Clock.Advance(TimeSpan.FromSeconds(3541));

        var (first, second) = (await CallAsync(connection), await CallAsync(connection));
        Clock.Advance(TimeSpan.FromSeconds(60));
        var third = await CallAsync(connection);

        Assert.True(first.Answered && second.Answered);
        Assert.Equal("credential_failed", Describe(third));
        Assert.Equal(3, Authorization.TokenRequests.Count);
    }

    [Fact]
    public async Task Call_TokenWithoutEnd_ServesUntilItIsRefused()
    {
        Authorization.ExpiresIn = null;
        var connection = await OpenAsync();
        Clock.Advance(TimeSpan.FromDays(365));

        await CallAsync(connection);

        Assert.Equal(["Bearer token-1"], Shown("tools/list"));
    }

    [Fact]
    public async Task Call_TokenIsRefused_IsRenewedOnce()
    {
        var connection = await OpenAsync();
        Authorization.Revoke();

        var reply = await CallAsync(connection);

        Assert.True(reply.Answered, reply.Fault?.Message);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], Shown("tools/list"));
    }

    /// <summary>A server that takes no token whatever it is would have the authorization server asked at the pace of the calls.</summary>
    [Fact]
    public async Task Call_EveryTokenIsRefused_AsksForNewOnesEverMoreSlowly()
    {
        var connection = await OpenAsync();
        Upstream.Guard = async exchange =>
        {
            if (exchange.Request.Path == "/mcp")
            {
                await exchange.StatusAsync(StatusCodes.Status401Unauthorized);
                return true;
            }

            return await AnswerAsync(exchange);
        };
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("unauthorized", Describe(await CallAsync(connection)));
        }

        var before = _tokens;
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("unauthorized", Describe(await CallAsync(connection)));

        Assert.Equal((1, 2), (before, _tokens));
    }

    [Fact]
    public async Task Call_ManyAtOnce_GetOneToken()
    {
        var connection = await OpenAsync();
        Authorization.Revoke();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(connection)));

        Assert.All(replies, static reply => Assert.True(reply.Answered, reply.Fault?.Message));
        Assert.Equal(2, Authorization.TokenRequests.Count);
    }

    [Fact]
    public async Task Call_CallerLeaves_LeavesTheTokenToTheOthers()
    {
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var connection = await OpenAsync();
        Authorization.Revoke();
        Authorization.TokenAnswer = async exchange =>
        {
            asked.TrySetResult();
            await answer.Task.WaitAsync(exchange.Ended);
            await exchange.StatusAsync(200, "application/json", """{"access_token":"late","token_type":"Bearer"}""");
        };
        using var leaving = new CancellationTokenSource();
        var first = connection.SendAsync(Call, null, leaving.Token).AsTask();
        await asked.Task.WaitAsync(Cancellation);
        var second = CallAsync(connection);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        answer.SetResult();

        // The server does not know that token, but it was shown.
        await second;
        Assert.Contains("Bearer late", Shown("tools/list"));
        Assert.Equal(2, Authorization.TokenRequests.Count);
    }

    [Fact]
    public async Task Connect_ClientIsRefused_TellsTheCodeAndNothingElse()
    {
        Secret = "wrong s3cret";

        Assert.Equal("The authorization server gives no token: invalid_client.", await RefusalAsync());
    }

    [Fact]
    public async Task Connect_TokenEndpointFails_IsNotAskedAtThePaceOfRequests()
    {
        Authorization.TokenAnswer = static exchange => exchange.StatusAsync(500);
        for (var i = 0; i < 5; i++)
        {
            await RefusalAsync();
        }

        Clock.Advance(TimeSpan.FromSeconds(1.5));
        await RefusalAsync();
        Clock.Advance(TimeSpan.FromSeconds(1.5));
        await RefusalAsync();

        Assert.Equal(2, Authorization.TokenRequests.Count);
    }

    [Theory]
    [InlineData("""{"access_token":"a\r\nX-Evil: b","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a b","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"\ud83d","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":1,"token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a","access_token":"b","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a","token_type":"DPoP"}""")]
    [InlineData("""{"access_token":"a"}""")]
    [InlineData("""["access_token"]""")]
    [InlineData("""{"access_token":""")]
    [InlineData("")]
    public async Task Connect_HostileTokenAnswer_IsNoToken(string answer)
    {
        Authorization.TokenAnswer = exchange => exchange.StatusAsync(200, "application/json", answer);

        Assert.Contains("token", await RefusalAsync(), StringComparison.Ordinal);
        Assert.Equal(["none"], Shown("server/discover"));
    }

    [Fact]
    public async Task Connect_EndlessTokenAnswer_IsCut()
    {
        Authorization.TokenAnswer = static async exchange =>
        {
            exchange.Header("Content-Type", "application/json");
            while (!exchange.Ended.IsCancellationRequested)
            {
                await exchange.WriteAsync(new byte[64 * 1024]);
            }
        };

        Assert.Contains("gives no token", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Connect_TokenEndpointRedirects_IsNotFollowed(int status)
    {
        Authorization.TokenAnswer = exchange =>
        {
            exchange.Header("Location", new Uri(Upstream.Url, "/elsewhere").ToString());
            return exchange.StatusAsync(status);
        };

        Assert.Contains($"HTTP {status}", await RefusalAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(Upstream.Requests.All, static request => request.Path == "/elsewhere");
    }

    private async Task<bool> AnswerAsync(UpstreamExchange exchange)
    {
        switch (exchange.Request.Path)
        {
            case "/token":
                _tokens++;
                await exchange.StatusAsync(200, "application/json", $$"""{"access_token":"new-{{_tokens}}","token_type":"Bearer"}""");
                return true;
            case "/.well-known/oauth-authorization-server":
                await exchange.StatusAsync(200, "application/json", $$"""{"issuer":"{{Authorization.Issuer}}","token_endpoint":"{{new Uri(Upstream.Url, "/token")}}"}""");
                return true;
            default:
                await exchange.StatusAsync(404);
                return true;
        }
    }
}
