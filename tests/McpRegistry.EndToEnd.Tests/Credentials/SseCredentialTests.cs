using McpRegistry.EndToEnd.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.EndToEnd.Tests.Credentials;

/// <summary>The stream of an HTTP+SSE server and the posts to it show the credential.</summary>
public sealed class SseCredentialTests : EndToEndTest
{
    [Fact]
    public async Task Register_SseServer_IsShownTheCredentialByStreamAndPost()
    {
        var posted = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var streamed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(streamed, posted);

        await Gateway.Registry.RegisterAsync(
            $$$$"""{"name":"a","transport":"sse","url":"{{{{server.Urls.First()}}}}/sse","credential":{"type":"headers","headers":{"X-Key":"k3y"}}}""", Cancellation);

        Assert.Equal("k3y", await streamed.Task.WaitAsync(Cancellation));
        Assert.Equal("k3y", await posted.Task.WaitAsync(Cancellation));
    }

    private static async Task<WebApplication> StartAsync(TaskCompletionSource<string> streamed, TaskCompletionSource<string> posted)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/sse", async context =>
        {
            streamed.TrySetResult(context.Request.Headers["X-Key"].ToString());
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: endpoint\ndata: /messages\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        app.MapPost("/messages", context =>
        {
            posted.TrySetResult(context.Request.Headers["X-Key"].ToString());
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }
}
