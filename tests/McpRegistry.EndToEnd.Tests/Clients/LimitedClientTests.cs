using McpRegistry.ApiKeys;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Clients;

/// <summary>What the TypeScript clients of both eras make of a call beyond the quota of their key.</summary>
[Collection(NodeCollection.Name)]
public sealed class LimitedClientTests(ClientGateway gateway) : IClassFixture<ClientGateway>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NodeClient.Auto)]
    [InlineData(NodeClient.Legacy)]
    public async Task TypeScript_QuotaIsUsedUp_IsToldWhyAndUntilWhen(string client)
    {
        // Its four lists are let through, and its call is the fifth.
        var (secret, _) = await gateway.Host.AddKeyAsync($"limited {client}", ApiKeyScope.Proxy, static key => key with { LimitPerHour = 4 }, Cancellation);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => NodeClient.RunAsync(
            client, gateway.Host.Mcp(), secret, Cancellation, "--call", "sample__text_stats", """{"text":"one two"}"""));

        Assert.Contains("used its 4 calls of this hour. Try again in ", error.Message, StringComparison.Ordinal);
        Assert.Contains("quota_exceeded", error.Message, StringComparison.Ordinal);
        Assert.Contains("retryAfterMs", error.Message, StringComparison.Ordinal);
    }
}
