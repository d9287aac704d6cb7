using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>An HTTP+SSE server names the URL for its messages; it may not point the gateway at another place.</summary>
public sealed class SseOriginTests : EndToEndTest
{
    [Fact]
    public async Task Endpoint_OfAnotherOrigin_GetsNoMessage()
    {
        var elsewhere = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await using var server = await StartAsync(elsewhere.Url);
        await Gateway.Registry.RegisterAsync($$"""{"name":"bad","alias":"bad","transport":"sse","url":"{{server.Urls.First()}}/sse"}""", Cancellation);
        var found = await Gateway.Registry.WaitAsync("bad", "unhealthy", Cancellation);

        Assert.Equal("unreachable", RegistryClient.Reason(found));
        Assert.Empty(elsewhere.Requests.All);
    }

    private static async Task<WebApplication> StartAsync(Uri endpoint)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/sse", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"event: endpoint\ndata: {endpoint}\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        await app.StartAsync();
        return app;
    }
}
