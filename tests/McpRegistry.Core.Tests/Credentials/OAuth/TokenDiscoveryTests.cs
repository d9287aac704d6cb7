using McpRegistry.Credentials;
using Xunit;

namespace McpRegistry.Core.Tests.Credentials.OAuth;

/// <summary>How the gateway finds out who gives tokens, and whom it does not believe.</summary>
public sealed class TokenDiscoveryTests : OAuthTest
{
    private string Origin => Upstream.Url.GetLeftPart(UriPartial.Authority);

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource/mcp", true)]
    [InlineData("/.well-known/oauth-protected-resource/mcp", false)]
    [InlineData("/.well-known/oauth-protected-resource", false)]
    [InlineData("/some/where.json", true)]
    public async Task Connect_ResourceMetadata_AreFound(string path, bool isNamed)
    {
        (Authorization.ResourcePath, Authorization.NamesResourcePath) = (path, isNamed);

        await OpenAsync();

        Assert.Equal(["none", "Bearer token-1"], Shown("server/discover"));
        var request = Assert.Single(Authorization.TokenRequests);
        Assert.Equal(("client_credentials", Upstream.Url.ToString()), (request.Form["grant_type"], request.Form["resource"]));
    }

    [Theory]
    [InlineData("", "/.well-known/oauth-authorization-server")]
    [InlineData("", "/.well-known/openid-configuration")]
    [InlineData("/tenant1", "/.well-known/oauth-authorization-server/tenant1")]
    [InlineData("/tenant1", "/.well-known/openid-configuration/tenant1")]
    [InlineData("/tenant1", "/tenant1/.well-known/openid-configuration")]
    public async Task Connect_AuthorizationServerMetadata_AreFound(string path, string place)
    {
        (Authorization.Issuer, Authorization.ServerPath) = (Origin + path, place);
        Authorization.AuthorizationServers = [Origin + path];

        await OpenAsync();

        Assert.Single(Authorization.TokenRequests);
    }

    [Fact]
    public async Task Connect_ResourceOfTheWholeOrigin_IsNamedAsItIsWritten()
    {
        Authorization.Resource = Origin;

        await OpenAsync();

        Assert.Equal(Origin, Assert.Single(Authorization.TokenRequests).Form["resource"]);
    }

    [Theory]
    [InlineData("https://evil.example/mcp")]
    [InlineData("{origin}/mcp/other")]
    [InlineData("{origin}/mc")]
    [InlineData("{origin}/mcp?x")]
    [InlineData("no url")]
    public async Task Connect_MetadataOfAnotherResource_AreNotBelieved(string resource)
    {
        Authorization.Resource = resource.Replace("{origin}", Origin, StringComparison.Ordinal);

        Assert.Contains("another resource", await RefusalAsync(), StringComparison.Ordinal);
        Assert.Empty(Authorization.TokenRequests);
    }

    [Theory]
    [InlineData("https://attacker.example")]
    [InlineData("{origin}/")]
    public async Task Connect_MetadataOfAnotherIssuer_AreNotBelieved(string issuer)
    {
        Authorization.Issuer = issuer.Replace("{origin}", Origin, StringComparison.Ordinal);

        Assert.Contains("those of another one", await RefusalAsync(), StringComparison.Ordinal);
        Assert.Empty(Authorization.TokenRequests);
    }

    [Fact]
    public async Task Connect_NobodySaysWhoGivesTokens_SaysSo()
    {
        Authorization.AuthorizationServers = [];

        Assert.Contains("name the issuer", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_IssuerOfTheDefinition_NeedsNoRefusalFirst()
    {
        Credential = Credential with { Issuer = Origin };

        await OpenAsync();

        Assert.Equal(["Bearer token-1"], Shown("server/discover"));
    }

    [Fact]
    public async Task Connect_ServerNamesAnotherThanTheDefinition_SendsItNothing()
    {
        Credential = Credential with { Issuer = "https://issuer.example" };

        Assert.Contains("does not name", await RefusalAsync(), StringComparison.Ordinal);
        Assert.Empty(Authorization.TokenRequests);
    }

    [Fact]
    public async Task Connect_TokenEndpointOfTheDefinition_IsAskedWithoutDiscovery()
    {
        Credential = Credential with { TokenEndpoint = Origin + "/token", Resource = "" };

        await OpenAsync();

        Assert.DoesNotContain("resource", Assert.Single(Authorization.TokenRequests).Form.Keys);
        Assert.DoesNotContain(Upstream.Requests.All, request => request.Path.Contains("well-known", StringComparison.Ordinal));
    }

    /// <summary>A server that is taken over does not get the client's secret by naming a new friend.</summary>
    [Fact]
    public async Task Call_ServerNamesAnotherAuthorizationServerLater_SendsItNothing()
    {
        var connection = await OpenAsync();
        Authorization.Revoke();
        Authorization.AuthorizationServers = [Origin + "/other"];

        var reply = await CallAsync(connection);

        Assert.Contains("another authorization server than before", reply.Fault!.Message, StringComparison.Ordinal);
        Assert.Single(Authorization.TokenRequests);
    }

    [Theory]
    [InlineData("https://10.0.0.1/metadata")]
    [InlineData("http://localhost.evil.example/metadata")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://a@127.0.0.1/metadata")]
    [InlineData("gopher://127.0.0.1/")]
    public async Task Connect_MetadataAtAForbiddenPlace_IsNotAskedFor(string url)
    {
        Upstream.Guard = async exchange =>
        {
            exchange.Header("WWW-Authenticate", $"Bearer resource_metadata=\"{url}\"");
            await exchange.StatusAsync(401);
            return true;
        };

        await RefusalAsync();

        Assert.DoesNotContain(Upstream.Requests.All, static request => request.Path != "/mcp");
    }

    private protected override System.Net.IPAddress[] Resolve(string host) =>
        host == "localhost.evil.example" ? [System.Net.IPAddress.Parse("169.254.169.254")] : base.Resolve(host);
}
