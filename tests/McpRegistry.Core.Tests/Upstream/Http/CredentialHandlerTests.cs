using System.Net;
using McpRegistry.Credentials;
using McpRegistry.Upstream.Http;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Http;

public sealed class CredentialHandlerTests
{
    [Theory]
    [InlineData("https://other.example/mcp")]
    [InlineData("https://up.example.evil.example/mcp")]
    [InlineData("https://up.example:8443/mcp")]
    [InlineData("http://up.example/mcp")]
    [InlineData("wss://up.example/mcp")]
    public async Task Send_AnotherOrigin_IsRefusedBeforeAnythingIsSent(string url)
    {
        using var wire = new Wire();

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(wire, url));

        Assert.Empty(wire.Seen);
    }

    [Theory]
    [InlineData("https://up.example/mcp")]
    [InlineData("https://UP.example:443/elsewhere?x=1")]
    public async Task Send_OwnOrigin_ShowsTheCredential(string url)
    {
        using var wire = new Wire();

        await SendAsync(wire, url);

        Assert.Equal(["the secret"], wire.Seen);
    }

    private static async Task SendAsync(Wire wire, string url)
    {
        var credential = new FixedCredential(new CredentialHeaders([KeyValuePair.Create("X-Key", "the secret")]));
        using var invoker = new HttpMessageInvoker(new CredentialHandler(wire, new Uri("https://up.example/mcp"), credential));
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        using var response = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>What would leave the gateway.</summary>
    private sealed class Wire : HttpMessageHandler
    {
        public List<string> Seen { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(string.Join(' ', request.Headers.GetValues("X-Key")));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
