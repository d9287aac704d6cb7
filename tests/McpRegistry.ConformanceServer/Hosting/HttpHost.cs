using System.Net;
using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Legacy;
using McpRegistry.ConformanceServer.Modern;

namespace McpRegistry.ConformanceServer.Hosting;

/// <summary>Serves <c>/mcp</c> on the loopback interface.</summary>
internal static class HttpHost
{
    public static async Task<int> RunAsync(CommandLine options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("ModelContextProtocol", LogLevel.Critical);
        builder.Services.AddFixture();
        builder.Services.AddSingleton<ModernEndpoint>();
        builder.Services.AddSingleton<LegacyEndpoint>();
        builder.Services.AddSingleton<LegacySessions>();

        await using var app = builder.Build();
        if (options.Era == Era.Modern)
        {
            app.MapPost("/mcp", app.Services.GetRequiredService<ModernEndpoint>().PostAsync);
        }
        else
        {
            var endpoint = app.Services.GetRequiredService<LegacyEndpoint>();
            app.MapPost("/mcp", endpoint.PostAsync);
            app.MapGet("/mcp", endpoint.GetAsync);
            app.MapDelete("/mcp", endpoint.DeleteAsync);
        }

        // Streams that wait for changes would otherwise hold up the end until the server's patience is over.
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<ChangeHub>().Close);
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"listening on {app.Urls.First()}/mcp");
        await app.WaitForShutdownAsync();
        return 0;
    }
}
