using McpRegistry.ConformanceServer.Changes;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Hosting;

/// <summary>Serves one client over standard input and output, and ends when the input ends.</summary>
internal static class StdioHost
{
    public static async Task<int> RunAsync(CommandLine options)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddFixture();
        await using var provider = services.BuildServiceProvider();

        var watched = new WatchedResources();
        var description = provider.GetRequiredService<ServerDescription>().Create(options.Era, watched);
        description.ProtocolVersion = options.Era switch
        {
            Era.Modern => Revisions.Modern,
            Era.Legacy => Revisions.NewestLegacy,
            _ => null,
        };
        await using var transport = new StdioServerTransport(description);
        await using var server = McpServer.Create(transport, description, provider.GetService<ILoggerFactory>(), provider);
        var changes = provider.GetRequiredService<ChangeHub>();
        using var pushes = new SessionPushes(changes, server, watched);
        var running = server.RunAsync();

        // The SDK waits for every request, and one that listens for changes would never end.
        await transport.MessageReader.Completion;
        changes.Close();
        await running;
        return 0;
    }
}
