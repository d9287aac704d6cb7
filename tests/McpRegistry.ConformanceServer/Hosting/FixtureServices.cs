using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Questions;
using McpRegistry.ConformanceServer.Tasks;
using McpRegistry.ConformanceServer.Tools;

namespace McpRegistry.ConformanceServer.Hosting;

internal static class FixtureServices
{
    /// <summary>Adds what the server offers, the same over every transport.</summary>
    public static IServiceCollection AddFixture(this IServiceCollection services) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton<ChangeHub>()
        .AddSingleton<ListenHandler>()
        .AddSingleton<StateSeal>()
        .AddSingleton<TaskStore>()
        .AddSingleton<TaskMethods>()
        .AddSingleton<ToolCatalogue>()
        .AddSingleton<ToolHandlers>()
        .AddSingleton<ServerDescription>();
}
