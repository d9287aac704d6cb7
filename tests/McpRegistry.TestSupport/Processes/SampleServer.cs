namespace McpRegistry.TestSupport.Processes;

/// <summary>samples/McpRegistry.SampleServer as a process.</summary>
public static class SampleServer
{
    /// <summary>Gets the built program; run it with <c>dotnet PROGRAM stdio</c>.</summary>
    public static string Program => RepositoryPaths.Program("samples", "McpRegistry.SampleServer");

    public static Task<RunningServer> StartHttpAsync(CancellationToken cancellationToken) =>
        RunningServer.StartAsync("dotnet", [Program, "http", "--port", "0"], null, NodeServers.ListeningLine(), "/mcp", cancellationToken);
}
