using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using McpRegistry.Credentials;
using Xunit;

namespace McpRegistry.Core.Tests.Credentials.OAuth;

/// <summary>How the gateway shows an authorization server which client it is.</summary>
public sealed class ClientAuthenticationTests : OAuthTest
{
    [Theory]
    [InlineData(null)]
    [InlineData("client_secret_post client_secret_basic")]
    public async Task Token_HeaderIsOffered_TakesTheHeader(string? offered)
    {
        Authorization.Authentications = offered?.Split(' ');

        await OpenAsync();

        var request = Assert.Single(Authorization.TokenRequests);
        Assert.Equal("the+client:the+s3cret%2F%2B%26", Encoding.UTF8.GetString(Convert.FromBase64String(request.Authorization!["Basic ".Length..])));
        Assert.DoesNotContain("client_secret", request.Form.Keys);
    }

    [Fact]
    public async Task Token_BodyAloneIsOffered_TakesTheBody()
    {
        Authorization.Authentications = ["private_key_jwt", "client_secret_post"];

        await OpenAsync();

        var request = Assert.Single(Authorization.TokenRequests);
        Assert.Equal((null, Authorization.ClientSecret), (request.Authorization, request.Form["client_secret"]));
    }

    [Fact]
    public async Task Token_DefinitionSaysHow_IsNotOverruled()
    {
        Credential = Credential with { Authentication = ClientAuthentication.ClientSecretPost };
        Authorization.Authentications = ["client_secret_basic"];

        await OpenAsync();

        Assert.Null(Assert.Single(Authorization.TokenRequests).Authorization);
    }

    [Fact]
    public async Task Token_NoSecretIsTaken_SendsNone()
    {
        Authorization.Authentications = ["none", "private_key_jwt"];

        Assert.Contains("takes no client secret", await RefusalAsync(), StringComparison.Ordinal);
        Assert.Empty(Authorization.TokenRequests);
    }

    [Theory]
    [InlineData("nistP256", "ES256")]
    [InlineData("nistP384", "ES384")]
    [InlineData("nistP521", "ES512")]
    public async Task Token_CurveKey_SignsForTheIssuer(string curve, string algorithm)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var hash = algorithm switch { "ES256" => HashAlgorithmName.SHA256, "ES384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };

        var (header, claims, body, signature) = await AssertAsync(key.ExportPkcs8PrivateKeyPem());

        Assert.True(key.VerifyData(body, signature, hash));
        Assert.Equal((algorithm, "key 1"), (header.GetProperty("alg").GetString(), header.GetProperty("kid").GetString()));
        Assert.Equal("the client", claims.GetProperty("iss").GetString());
        Assert.Equal("the client", claims.GetProperty("sub").GetString());
        Assert.Equal(Authorization.Issuer, claims.GetProperty("aud").GetString());
        Assert.Equal(Clock.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds(), claims.GetProperty("exp").GetInt64());
        Assert.Equal(32, claims.GetProperty("jti").GetString()!.Length);
    }

    [Fact]
    public async Task Token_RsaKey_Signs()
    {
        using var key = RSA.Create(2048);

        var (header, _, body, signature) = await AssertAsync(key.ExportRSAPrivateKeyPem());

        Assert.True(key.VerifyData(body, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal("RS256", header.GetProperty("alg").GetString());
    }

    private async Task<(JsonElement Header, JsonElement Claims, byte[] Body, byte[] Signature)> AssertAsync(string pem)
    {
        Credential = Credential with { SecretIsKey = true, KeyId = "key 1" };
        Secret = pem;

        await OpenAsync();

        var request = Assert.Single(Authorization.TokenRequests);
        Assert.Equal((null, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), (request.Authorization, request.Form["client_assertion_type"]));
        var parts = request.Form["client_assertion"].Split('.');
        return (
            JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])),
            JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])),
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            Base64Url.DecodeFromChars(parts[2]));
    }
}
