using System.Text.RegularExpressions;

namespace McpRegistry.TestSupport.Processes;

/// <summary>Real MCP servers from npm, on loopback and on a free port.</summary>
public static partial class NodeServers
{
    /// <summary>Gets the script of server-everything; its argument is stdio, sse or streamableHttp.</summary>
    public static string Everything => NodePackages.File("@modelcontextprotocol/server-everything/dist/index.js");

    /// <summary>Gets the script of server-filesystem; its arguments are the folders it may read and write.</summary>
    public static string FileSystem => NodePackages.File("@modelcontextprotocol/server-filesystem/dist/index.js");

    /// <summary>Gets the script of server-memory, which keeps its graph in the file of MEMORY_FILE_PATH.</summary>
    public static string Memory => NodePackages.File("@modelcontextprotocol/server-memory/dist/index.js");

    /// <summary>Gets the stdio server that misbehaves on request; its argument is the mode, see the script.</summary>
    public static string Misbehaving => NodePackages.Script("server-stdio.mjs");

    public static Task<RunningServer> StartEverythingHttpAsync(CancellationToken cancellationToken) => StartEverythingAsync("streamableHttp", "/mcp", cancellationToken);

    public static Task<RunningServer> StartEverythingSseAsync(CancellationToken cancellationToken) => StartEverythingAsync("sse", "/sse", cancellationToken);

    /// <summary>Starts the fixture of 2026-07-28 on the TypeScript server library.</summary>
    public static Task<RunningServer> StartModernAsync(CancellationToken cancellationToken) =>
        RunningServer.StartAsync("node", [NodePackages.Script("server-modern.mjs"), "--port", "0"], null, ListeningLine(), "/mcp", cancellationToken);

    private static Task<RunningServer> StartEverythingAsync(string transport, string path, CancellationToken cancellationToken) =>
        RunningServer.StartAsync(
            "node",
            ["--import", new Uri(NodePackages.Script("loopback-only.mjs")).AbsoluteUri, Everything, transport],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PORT"] = "0" },
            LoopbackLine(),
            path,
            cancellationToken);

    [GeneratedRegex(@"^loopback port (?<port>\d+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoopbackLine();

    [GeneratedRegex(@"^listening on http://127\.0\.0\.1:(?<port>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    internal static partial Regex ListeningLine();
}
