using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Servers;

namespace McpRegistry.AspNetCore.Tests.ApiKeys;

public sealed class ApiKeyAuthenticationTests
{
    private const string Path = ServerEndpoints.Path;

    [Fact]
    public async Task Request_AnyBadCredential_GetsTheSame401()
    {
        await using var host = await AccessHost.StartAsync();
        var key = host.UseKey(ApiKeyScope.Admin);
        var other = host.UseKey(ApiKeyScope.Admin);
        host.Client.DefaultRequestHeaders.Authorization = null;
        host.Registry.Keys.Add(host.Registry.Keys[0] with { LookupId = ApiKeyFormat.GetId(other).ToString() });
        host.Registry.Keys.RemoveAt(1);
        (string, string)[][] requests =
        [
            [],
            [("Authorization", "Bearer " + key[..^1] + (key[^1] == 'x' ? 'y' : 'x'))],
            [("Authorization", "Bearer " + ApiKeyFormat.Generate("test"))],
            [("Authorization", "Bearer " + other)],
            [("Authorization", "Bearer ")],
            [("Authorization", "Bearer")],
            [("Authorization", "Basic " + key)],
            [("Authorization", key)],
            [("X-Api-Key", "")],
            [("X-Api-Key", "short")],
            [("X-Api-Key", key), ("Authorization", "Bearer " + key)],
            [("X-Api-Key", key), ("X-Api-Key", key)],
            [("X-Api-Key", key), ("Authorization", "Basic abc")],
        ];

        string? body = null;
        foreach (var headers in requests)
        {
            var answer = await host.SendAsync(HttpMethod.Get, Path, (string?)null, headers);
            answer.AssertProblem(HttpStatusCode.Unauthorized, "unauthorized");
            Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
            Assert.Equal(body ??= answer.Body, answer.Body);
        }
    }

    [Fact]
    public async Task Request_ValidKey_IsTakenFromEitherHeader()
    {
        await using var host = await AccessHost.StartAsync();
        var key = host.UseKey(ApiKeyScope.Read);
        host.Client.DefaultRequestHeaders.Authorization = null;

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, Path, (string?)null, ("X-Api-Key", key))).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, Path, (string?)null, ("Authorization", "bearer " + key))).Status);
        Assert.Equal(1, host.Registry.KeyReads);
    }

    [Theory]
    [InlineData(ApiKeyScope.Read, 200, 403, 403)]
    [InlineData(ApiKeyScope.Write, 200, 400, 403)]
    [InlineData(ApiKeyScope.Proxy, 403, 403, 200)]
    [InlineData(ApiKeyScope.Admin, 200, 400, 200)]
    [InlineData(ApiKeyScope.None, 403, 403, 403)]
    public async Task Request_Scope_OpensWhatItImplies(ApiKeyScope scope, int list, int create, int proxy)
    {
        await using var host = await AccessHost.StartAsync();
        host.UseKey(scope);

        Assert.Equal(list, (int)(await host.GetAsync(Path)).Status);
        Assert.Equal(create, (int)(await host.SendAsync(HttpMethod.Post, Path, "{}")).Status);
        Assert.Equal(proxy, (int)(await host.SendAsync(HttpMethod.Post, "/mcp", "{}")).Status);
    }

    [Fact]
    public async Task Request_MissingScope_GetsProblem()
    {
        await using var host = await AccessHost.StartAsync();
        host.UseKey(ApiKeyScope.Proxy);

        (await host.GetAsync(Path)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal($"key:{host.Registry.Keys[0].Id}", (await host.SendAsync(HttpMethod.Post, "/mcp", "{}")).Body);
    }

    [Fact]
    public async Task Request_KeyWhoseTimeEnded_IsRefused()
    {
        await using var host = await AccessHost.StartAsync();
        host.UseKey(ApiKeyScope.Read);
        host.Registry.Keys[0] = host.Registry.Keys[0] with { ExpiresAt = host.Clock.GetUtcNow().AddSeconds(1) };
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Path)).Status);

        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(Path)).Status);
    }
}
