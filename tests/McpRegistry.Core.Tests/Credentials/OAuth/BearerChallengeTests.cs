using System.Net;
using McpRegistry.Credentials.OAuth;
using Xunit;

namespace McpRegistry.Core.Tests.Credentials.OAuth;

public sealed class BearerChallengeTests
{
    [Theory]
    [InlineData("Bearer scope=\"a b\", resource_metadata=\"https://x/y?z=1,2\"", "a b", "https://x/y?z=1,2")]
    [InlineData("bearer realm=\"a, \\\"scope=\\\"x\", SCOPE=a", "a", null)]
    [InlineData("Bearer scope=a, resource_metadata=x", "a", "x")]
    [InlineData("Bearer scope=a, resource_metadata=https://x", "", null)]
    [InlineData("Bearer scope=\"a  b a\"", "a b", null)]
    [InlineData("Bearer scope=\"a\\\\b c\"", "c", null)]
    [InlineData("Bearer scope=\"never closed", "", null)]
    [InlineData("Bearer scope", "", null)]
    [InlineData("Bearer =,=,,", "", null)]
    [InlineData("Bearer", "", null)]
    [InlineData("Basic realm=\"x\"", "", null)]
    public void Read_Unauthorized_TakesWhatItUnderstands(string header, string scopes, string? metadata)
    {
        var challenge = Read(HttpStatusCode.Unauthorized, header);

        Assert.Equal((scopes, metadata, false), (string.Join(' ', challenge!.Scopes), challenge.ResourceMetadata, challenge.IsScopeMissing));
    }

    [Fact]
    public void Read_SchemeIsNotTheFirst_IsFound() =>
        Assert.Equal(["a"], Read(HttpStatusCode.Unauthorized, "Basic realm=\"x\"", "Bearer scope=\"a\"")!.Scopes);

    [Theory]
    [InlineData(403, "Bearer error=\"insufficient_scope\", scope=\"w\"", true)]
    [InlineData(403, "Bearer error=\"invalid_token\"", false)]
    [InlineData(403, "Basic", false)]
    [InlineData(400, "Bearer error=\"insufficient_scope\"", false)]
    [InlineData(200, "Bearer", false)]
    public void Read_OtherStatus_CountsForMissingScopesOnly(int status, string header, bool expected) =>
        Assert.Equal(expected, Read((HttpStatusCode)status, header) is { IsScopeMissing: true });

    private static BearerChallenge? Read(HttpStatusCode status, params string[] headers)
    {
        using var response = new HttpResponseMessage(status);
        foreach (var header in headers)
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        }

        return BearerChallenge.Read(response);
    }
}
