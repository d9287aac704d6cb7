using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tests.Http;

public sealed class RequestOriginFilterTests
{
    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:1234", 200)]
    [InlineData("127.0.0.1:80", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("gateway.example.com", 200)]
    [InlineData("a.tenant.example.com:8443", 200)]
    [InlineData("tenant.example.com", 403)]
    [InlineData("eviltenant.example.com", 403)]
    [InlineData("rebound.attacker.example", 403)]
    [InlineData("127.0.0.1.attacker.example", 403)]
    [InlineData("10.0.0.1", 403)]
    public async Task Invoke_Host_FollowsList(string name, int expected)
    {
        await using var host = await StartAsync(("Http:AllowedHosts:0", "gateway.example.com"), ("Http:AllowedHosts:1", "*.tenant.example.com"));

        var rest = await host.SendAsync(HttpMethod.Get, ServerEndpoints.Path, (string?)null, ("Host", name));
        var mcp = await host.SendAsync(HttpMethod.Post, "/mcp", "{}", ("Host", name));

        Assert.Equal((expected, expected), ((int)rest.Status, (int)mcp.Status));
        if (expected == 403)
        {
            rest.AssertProblem(HttpStatusCode.Forbidden, "host_not_allowed");
        }
    }

    [Theory]
    [InlineData("http://localhost:3000", 200)]
    [InlineData("https://127.0.0.1", 200)]
    [InlineData("http://[::1]:5", 200)]
    [InlineData("https://app.example.com", 200)]
    [InlineData("https://gateway.example.com", 200)]
    [InlineData("http://app.example.com", 403)]
    [InlineData("https://app.example.com:444", 403)]
    [InlineData("https://app.example.com.attacker.example", 403)]
    [InlineData("http://localhost.attacker.example", 403)]
    [InlineData("http://localhost@attacker.example", 403)]
    [InlineData("http://localhost/path", 403)]
    [InlineData("file://localhost", 403)]
    [InlineData("null", 403)]
    [InlineData("garbage", 403)]
    public async Task Invoke_Origin_FollowsList(string origin, int expected)
    {
        await using var host = await StartAsync(("Http:AllowedHosts:0", "gateway.example.com"), ("Http:AllowedOrigins:0", "https://app.example.com"));

        var answer = await host.SendAsync(HttpMethod.Post, "/mcp", "{}", ("Origin", origin), ("Host", "gateway.example.com"));

        Assert.Equal(expected, (int)answer.Status);
    }

    [Fact]
    public async Task Invoke_Wildcards_TakeAll()
    {
        await using var host = await StartAsync(("Http:AllowedHosts:0", "*"), ("Http:AllowedOrigins:0", "*"));

        var answer = await host.SendAsync(HttpMethod.Post, "/mcp", "{}", ("Origin", "null"), ("Host", "any.example"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task Start_BadLists_ListsEveryFault()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => AccessHost.StartAsync(
            ("Http:AllowedHosts:0", "https://gateway"), ("Http:AllowedHosts:1", "*.example.com"), ("Http:AllowedOrigins:0", "app.example.com"), ("Http:AllowedOrigins:1", "https://app.example.com/")));

        Assert.Equal(3, exception.Failures.Count());
        Assert.All(exception.Failures, failure => Assert.StartsWith(GatewayHttpOptions.SectionName, failure, StringComparison.Ordinal));
    }

    private static async Task<AccessHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await AccessHost.StartAsync(settings);
        host.UseKey(ApiKeyScope.Admin);
        return host;
    }
}
