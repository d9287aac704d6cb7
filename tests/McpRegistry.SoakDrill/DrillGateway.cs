using System.Runtime;
using System.Text.Json;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Snapshots;
using McpRegistry.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.SoakDrill;

/// <summary>
/// The gateway of the drill, a process of its own: what is told on its command line is its configuration. It prints its address,
/// then a census for each line that it reads, and ends with its input.
/// </summary>
internal static class DrillGateway
{
    /// <summary>How long an unused connection of a client stays open.</summary>
    public static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(12);

    public static async Task RunAsync(string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(static kestrel => kestrel.Limits.KeepAliveTimeout = IdleConnection);
        builder.Services.AddMcpGateway().UseSqlite($"Data Source={builder.Configuration["Drill:Database"]}");
        await using var app = builder.Build();
        app.MapMcpGateway();
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"listening on {app.Urls.Single()}");
        while (await Console.In.ReadLineAsync() is not null)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(Count(app.Services)));
        }
    }

    /// <summary>Empties first what only fills up to its bound: the page caches of the database's connections, and free memory.</summary>
    private static Census Count(IServiceProvider services)
    {
        SqliteConnection.ClearAllPools();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var used = GC.GetTotalMemory(forceFullCollection: false);
        var feeds = services.GetRequiredService<SessionFeeds>();
        return new Census(
            services.GetRequiredService<ClientSessions>().Count,
            feeds.OpenStreams,
            feeds.Count,
            services.GetRequiredService<StreamQuota>().Count,
            services.GetRequiredService<SuspendedCalls>().Count,
            services.GetRequiredService<RegistrySnapshots>().Changes.Count,
            Timer.ActiveCount,
            used,
            Math.Max(0, GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes - used),
            NativeMemory.Trim());
    }
}
