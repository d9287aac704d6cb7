using System.Net;

namespace McpRegistry.SampleServer.Http;

/// <summary>Serves any number of clients at <c>/mcp</c> on the loopback interface, without sessions.</summary>
internal static class HttpHost
{
    public static async Task<int> RunAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).QuietProtocol();
        builder.Services.AddWorkspace();
        builder.Services.AddSingleton<McpEndpoint>();

        await using var app = builder.Build();
        app.MapPost("/mcp", (HttpContext context, McpEndpoint endpoint) => endpoint.HandleAsync(context));
        await app.StartAsync();

        // Tests and people wait for this line; with port 0 it is the only place that names the port.
        await Console.Out.WriteLineAsync($"listening on {app.Urls.First()}/mcp");
        await app.WaitForShutdownAsync();
        return 0;
    }
}
