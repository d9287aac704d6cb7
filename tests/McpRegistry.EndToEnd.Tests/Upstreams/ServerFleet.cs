using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Real servers of every transport and era behind one gateway.</summary>
public sealed class ServerFleet : IAsyncLifetime
{
    private readonly List<RunningServer> _running = [];

    /// <summary>Gets the folder that server-filesystem may read; it has one file.</summary>
    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("mcp-e2e-");

    public RunningServer Everything { get; private set; } = null!;

    internal GatewayHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(Folder.FullName, "hello.txt"), "Grüße", cancellation);
        var starts = new[]
        {
            NodeServers.StartEverythingHttpAsync(cancellation), NodeServers.StartEverythingSseAsync(cancellation),
            NodeServers.StartModernAsync(cancellation), SampleServer.StartHttpAsync(cancellation),
        };
        _running.AddRange(await Task.WhenAll(starts));
        Everything = _running[0];
        Host = await GatewayHost.StartAsync(cancellation, new GatewaySetup { Settings = Settings() });
        foreach (var (alias, more) in new[] { ("every-http", $"\"url\":\"{_running[0].Url}\""), ("every-sse", $"\"transport\":\"sse\",\"url\":\"{_running[1].Url}\""), ("modern", $"\"url\":\"{_running[2].Url}\""), ("sample", $"\"url\":\"{_running[3].Url}\"") })
        {
            await Host.Registry.RegisterAsync($$"""{"name":"{{alias}}","alias":"{{alias}}",{{more}}}""", cancellation);
        }

        foreach (var alias in Aliases)
        {
            await Host.Registry.WaitAsync(alias, "healthy", cancellation);
        }
    }

    public static IReadOnlyList<string> Aliases { get; } = ["every-http", "every-sse", "every-stdio", "files", "memory", "modern", "sample", "sample-stdio"];

    /// <summary>The tools of a server by its own names, as the registry knows them, less the one that runs as a task only: clients are not shown it.</summary>
    internal async Task<IReadOnlyList<string>> ToolsAsync(string alias, CancellationToken cancellationToken) =>
        [.. (await Host.Registry.DescribeAsync(alias, cancellationToken)).GetProperty("discovery").GetProperty("items").GetProperty("tools").EnumerateArray().Select(Text)
            .Where(static tool => tool != "simulate-research-query")];

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        foreach (var server in _running)
        {
            await server.DisposeAsync();
        }

        Folder.Delete(recursive: true);
    }

    private static string Text(JsonElement element) => element.GetString()!;

    /// <summary>stdio servers come from configuration, as the allow-list demands.</summary>
    private Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        ["Servers:every-stdio:Command"] = "node",
        ["Servers:every-stdio:Arguments:0"] = NodeServers.Everything,
        ["Servers:every-stdio:Arguments:1"] = "stdio",
        ["Servers:files:Command"] = "node",
        ["Servers:files:Arguments:0"] = NodeServers.FileSystem,
        ["Servers:files:Arguments:1"] = Folder.FullName,
        ["Servers:memory:Command"] = "node",
        ["Servers:memory:Arguments:0"] = NodeServers.Memory,
        ["Servers:memory:Environment:MEMORY_FILE_PATH"] = Path.Combine(Folder.FullName, "memory.json"),
        ["Servers:sample-stdio:Command"] = "dotnet",
        ["Servers:sample-stdio:Arguments:0"] = SampleServer.Program,
        ["Servers:sample-stdio:Arguments:1"] = "stdio",
    };
}
