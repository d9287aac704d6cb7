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
        using var pushes = new SessionPushes(provider.GetRequiredService<ChangeHub>(), server, watched);
        await server.RunAsync();
        return 0;
    }
}
