using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.ResilienceDrill;

/// <summary>The gateway of the drill, a process of its own: what is told on its command line is its configuration. It prints its address and ends with its input.</summary>
internal static class DrillGateway
{
    public const string Key = "resilience-drill-admin-key-0123456789-abcdef";

    public static async Task RunAsync(string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMcpGateway().UseSqlite($"Data Source={builder.Configuration["Drill:Database"]}");
        await using var app = builder.Build();
        app.MapMcpGateway();
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.Single());
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Only its end matters.
        }

        await app.StopAsync();
    }
}
