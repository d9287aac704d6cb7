using Xunit;

namespace McpRegistry.Core.Tests.Credentials.OAuth;

/// <summary>Which scopes the gateway asks for, and how often it asks for more.</summary>
public sealed class TokenScopeTests : OAuthTest
{
    [Fact]
    public async Task Token_RefusalNamesScopes_AsksForThose()
    {
        (Authorization.ScopeHint, Authorization.ScopesSupported) = ("b a", ["c"]);

        await OpenAsync();

        Assert.Equal("b a", Assert.Single(Authorization.TokenRequests).Form["scope"]);
    }

    [Fact]
    public async Task Token_MetadataNameScopes_AsksForThose()
    {
        Authorization.ScopesSupported = ["a", "b", "no scope", "b"];

        await OpenAsync();

        Assert.Equal("a b", Assert.Single(Authorization.TokenRequests).Form["scope"]);
    }

    [Fact]
    public async Task Token_NobodyNamesScopes_AsksForNone()
    {
        await OpenAsync();

        Assert.DoesNotContain("scope", Assert.Single(Authorization.TokenRequests).Form.Keys);
    }

    [Fact]
    public async Task Call_TokenIsTooWeak_IsSentAgainWithAStrongerOne()
    {
        Authorization.ScopeHint = "read";
        Authorization.NeededScope = static request => request.Method == "tools/list" ? "write" : "read";
        var connection = await OpenAsync();

        var reply = await CallAsync(connection);

        Assert.True(reply.Answered, reply.Fault?.Message);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], Shown("tools/list"));
        Assert.Equal(["read", "read write"], Authorization.TokenRequests.Select(static request => request.Form["scope"]));
    }

    [Fact]
    public async Task Call_ServerWantsMoreEachTime_IsNotFollowedForEver()
    {
        var count = 0;
        var connection = await OpenAsync();
        Authorization.NeededScope = _ => $"scope-{++count}";

        var reply = await CallAsync(connection);

        Assert.Equal("unauthorized", Describe(reply));
        Assert.Equal(3, Upstream.Requests.Of("tools/list").Count);
        Assert.Equal(3, Authorization.TokenRequests.Count);
    }

    [Fact]
    public async Task Call_StrongerTokenDoesNotSuffice_IsNotAskedForAgain()
    {
        Authorization.ScopeHint = "admin";
        Authorization.Grants = static _ => "admin";
        var connection = await OpenAsync();
        Authorization.NeededScope = static _ => "never";
        await CallAsync(connection);

        var reply = await CallAsync(connection);

        Assert.Equal("unauthorized", Describe(reply));
        Assert.Equal(["admin", "admin never"], Authorization.TokenRequests.Select(static request => request.Form["scope"]));
    }

    [Fact]
    public async Task Call_ScopesOfTheDefinition_AreAllThatIsAskedFor()
    {
        Credential = Credential with { Scopes = ["mine"] };
        Authorization.ScopeHint = "theirs";
        var connection = await OpenAsync();
        Authorization.NeededScope = static _ => "more";

        var reply = await CallAsync(connection);

        Assert.Equal("unauthorized", Describe(reply));
        Assert.Equal("mine", Assert.Single(Authorization.TokenRequests).Form["scope"]);
    }
}
