using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>A host that starts again on the same file is the same registry.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-e2e-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_SameFile_ServersCatalogueAndKeysAreThereAndWork()
    {
        await using var modern = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await using var legacy = await ScriptedServers.StartAsync(Era.Legacy, Cancellation);
        string key;
        string before;
        await using (var first = await StartAsync())
        {
            await first.Registry.AddAsync("modern", modern.Url, Cancellation, ",\"tags\":[\"a\"],\"description\":\"Grüße\"");
            await first.Registry.AddAsync("legacy", legacy.Url, Cancellation);
            key = await first.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation);
            before = await DefinitionsAsync(first);
        }

        await using var second = await StartAsync();
        Assert.Equal(before, await DefinitionsAsync(second));
        using var http = second.CreateHttp(key);
        foreach (var era in Enum.GetValues<Era>())
        {
            // At once: a call right after the start waits for the connection, and the list comes from the file.
            var client = await RawClient.OpenAsync(http, second.Mcp(), era, Cancellation);
            Assert.Equal(["legacy__work", "modern__work"], await ToolsAsync(client));
            Assert.True((await client.CallToolAsync("modern__work", Cancellation)).Result.TryGetProperty("content", out _));
            Assert.True((await client.CallToolAsync("legacy__work", Cancellation)).Result.TryGetProperty("content", out _));
        }

        await second.Registry.WaitAsync("modern", "healthy", Cancellation);
        await second.Registry.WaitAsync("legacy", "healthy", Cancellation);
    }

    /// <summary>The stored catalogue is no promise: a server that is gone meanwhile is missing, not silently empty.</summary>
    [Fact]
    public async Task Restart_UpstreamGone_IsNamedAsMissing()
    {
        var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await using (var first = await StartAsync())
        {
            await first.Registry.AddAsync("up", upstream.Url, Cancellation);
        }

        await upstream.DisposeAsync();
        await using var second = await StartAsync();
        await second.Registry.WaitAsync("up", "unhealthy", Cancellation);
        var client = await RawClient.OpenAsync(second.Http, second.Mcp(), Era.Modern, Cancellation);
        Assert.Equal("all_upstreams_missing", (await client.CallAsync("tools/list", Cancellation)).Reason);

        await using var back = await ScriptedServers.StartAsync(Era.Modern, Cancellation, upstream.Url.Port);
        await second.Registry.WaitAsync("up", "healthy", Cancellation);
        Assert.Equal(["up__work"], await ToolsAsync(client));
    }

    [Fact]
    public async Task Restart_ConfigurationChanged_UpdatesTheServerAndAddsNone()
    {
        await using var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        string id;
        await using (var first = await StartAsync(Configured(upstream.Url, "before")))
        {
            var server = await first.Registry.WaitAsync("up", "healthy", Cancellation);
            id = server.GetProperty("id").GetString()!;
            Assert.Equal("before", server.GetProperty("definition").GetProperty("description").GetString());
            Assert.Equal("configuration", server.GetProperty("origin").GetString());
        }

        await using var second = await StartAsync(Configured(upstream.Url, "after"));
        var only = Assert.Single((await second.Registry.ListAsync(Cancellation)).GetProperty("servers").EnumerateArray());
        Assert.Equal(id, only.GetProperty("id").GetString());
        Assert.Equal("after", only.GetProperty("definition").GetProperty("description").GetString());
        await second.Registry.WaitAsync("up", "healthy", Cancellation);
        Assert.Equal(["up__work"], await ToolsAsync(await RawClient.OpenAsync(second.Http, second.Mcp(), Era.Modern, Cancellation)));
    }

    /// <summary>A server that somebody adds while the host runs is there for the next list.</summary>
    [Fact]
    public async Task Register_WhileRunning_ToolsAppearWithoutARestart()
    {
        await using var first = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await using var host = await StartAsync(Configured(first.Url, "first"));
        await host.Registry.WaitAsync("up", "healthy", Cancellation);
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Legacy, Cancellation);
        Assert.Equal(["up__work"], await ToolsAsync(client));
        await using var later = await ScriptedServers.StartAsync(Era.Legacy, Cancellation);
        var server = await host.Registry.AddAsync("later", later.Url, Cancellation);
        Assert.Equal(["later__work", "up__work"], await ToolsAsync(client));
        await host.Registry.DeleteAsync(server, Cancellation);
        Assert.Equal(["up__work"], await ToolsAsync(client));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<GatewayHost> StartAsync(Dictionary<string, string?>? settings = null) => GatewayHost.StartAsync(
        Cancellation, new GatewaySetup { DatabaseFile = Path.Combine(_folder.FullName, "registry.db"), Settings = settings ?? [] });

    private static Dictionary<string, string?> Configured(Uri url, string description) => new(StringComparer.Ordinal)
    {
        ["Servers:up:Url"] = url.ToString(),
        ["Servers:up:Description"] = description,
    };

    private static async Task<string> DefinitionsAsync(GatewayHost host) => string.Join('\n', (await host.Registry.ListAsync(Cancellation))
        .GetProperty("servers").EnumerateArray().Select(server => $"{server.GetProperty("id")} {server.GetProperty("createdAt")} {server.GetProperty("definition").GetRawText()}"));

    private static async Task<IEnumerable<string?>> ToolsAsync(RawClient client) =>
        (await client.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString());
}
