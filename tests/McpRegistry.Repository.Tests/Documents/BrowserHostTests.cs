using System.Net;
using McpRegistry.Repository.Tests.Snippets;

namespace McpRegistry.Repository.Tests.Documents;

/// <summary>A page elsewhere can use a gateway that is set up as the document shows.</summary>
public sealed class BrowserHostTests
{
    private const string Origin = "https://app.example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_OfAnAllowedOrigin_MaySendWhatClientsSendAndReadTheAnswer()
    {
        await using var app = BrowserHost.Build(["--urls", "http://127.0.0.1:0", $"--McpRegistry:Http:AllowedOrigins:0={Origin}"]);
        await app.StartAsync(Cancellation);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var preflight = await SendAsync(http, HttpMethod.Options, ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "mcp-method,authorization"));
        using var answer = await SendAsync(http, HttpMethod.Post);

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(Origin, Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Equal("mcp-method,authorization", Header(preflight, "Access-Control-Allow-Headers"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("Mcp-Session-Id,WWW-Authenticate,Retry-After", Header(answer, "Access-Control-Expose-Headers"));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, "/mcp");
        request.Headers.Add("Origin", Origin);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await http.SendAsync(request, Cancellation);
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(',', response.Headers.GetValues(name));
}
