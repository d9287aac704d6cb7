using System.Net;

namespace McpRegistry.AspNetCore.Tests.Routing;

/// <summary>A tenant has no more routing rules than it may.</summary>
public sealed class RuleQuotaTests
{
    private const string Rules = "/api/v1/routing-rules";

    [Fact]
    public async Task Create_AsManyAsThereMayBe_IsRefusedUntilOneGoes()
    {
        await using var host = await GovernedHost.StartAsync(("Routing:MaxRules", "2"));
        var first = await host.SendAsync(HttpMethod.Post, Rules, Rule("one"), GovernedHost.Admin);
        await host.SendAsync(HttpMethod.Post, Rules, Rule("two"), GovernedHost.Admin);

        (await host.SendAsync(HttpMethod.Post, Rules, Rule("three"), GovernedHost.Admin)).AssertProblem(HttpStatusCode.Conflict, "limit_reached");

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Put, $"{Rules}/{first.Json.GetProperty("id").GetGuid()}", Rule("first"), GovernedHost.Admin)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"{Rules}/{first.Json.GetProperty("id").GetGuid()}", null, GovernedHost.Admin)).Status);
        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync(HttpMethod.Post, Rules, Rule("three"), GovernedHost.Admin)).Status);
    }

    private static string Rule(string name) => $$"""{"name":"{{name}}","enabled":false,"targets":{"servers":[{"server":"a"}] } }""";
}
