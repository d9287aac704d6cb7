namespace McpRegistry.SampleServer;

/// <summary>Serves one client over standard input and output, and ends when the input ends.</summary>
internal static class StdioHost
{
    public static async Task<int> RunAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);

        // Standard output carries the protocol, so every log line goes to standard error.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning).QuietProtocol();
        builder.Services.AddWorkspace().WithStdioServerTransport();

        using var host = builder.Build();
        await host.RunAsync();
        return 0;
    }
}
