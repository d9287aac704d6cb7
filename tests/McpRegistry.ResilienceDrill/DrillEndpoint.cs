using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpRegistry.ResilienceDrill;

/// <summary>
/// A replica of a modern server with two tools, a process of its own, to be killed. It notes the id of each call that it runs in a file before it answers, so that
/// its end takes none back. It prints its address, takes a <see cref="Manner"/> with each line that it reads, and ends with its input.
/// </summary>
internal sealed class DrillEndpoint(string number, ExecutionLog log, TimeSpan service, TimeSpan slow)
{
    private const string Tools =
        """{"tools":[{"name":"read","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}},{"name":"write","inputSchema":{"type":"object"}}],"resultType":"complete","ttlMs":0,"cacheScope":"private"}""";

    private const string Discovered =
        """{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true}},"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"drill","version":"1.0.0"}}}""";

    private volatile Manner _manner;

    public static async Task RunAsync(string number, int port, string file, TimeSpan service, TimeSpan slow)
    {
        using var log = ExecutionLog.Open(file);
        var endpoint = new DrillEndpoint(number, log, service, slow);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.Run(endpoint.AnswerAsync);
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.Single());
        while (await Console.In.ReadLineAsync() is { } line)
        {
            endpoint._manner = Enum.Parse<Manner>(line);
            await Console.Out.WriteLineAsync(line);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var message = body.RootElement;
        if (!message.TryGetProperty("id", out var id))
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        try
        {
            await (message.GetProperty("method").GetString() switch
            {
                "server/discover" => ResultAsync(context, id, Discovered),
                "tools/list" => ResultAsync(context, id, Tools),
                "tools/call" => CallAsync(context, id, message.GetProperty("params").GetProperty("arguments").GetProperty("id").GetString()!),
                "subscriptions/listen" => ListenAsync(context, id),
                var other => throw new InvalidOperationException($"Nobody said that {other} is offered."),
            });
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits any more.
        }
    }

    private async Task CallAsync(HttpContext context, JsonElement id, string call)
    {
        log.Add(call);
        var manner = _manner;
        if (manner == Manner.Fails)
        {
            // As servers do that are gateways themselves: the status decides, whatever is said beside it.
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$$"""{"jsonrpc":"2.0","id":{{{id.GetRawText()}}},"error":{"code":-32603,"message":"broken"}}""", Encoding.UTF8, context.RequestAborted);
            return;
        }

        await Task.Delay(manner == Manner.Slow ? slow : service, context.RequestAborted);
        await ResultAsync(context, id, $$"""{"content":[{"type":"text","text":"{{number}}"}],"resultType":"complete"}""");
    }

    private static async Task ListenAsync(HttpContext context, JsonElement id)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(
            $$$"""data: {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{id.GetRawText()}}} } } }""" + "\n\n",
            context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private static Task ResultAsync(HttpContext context, JsonElement id, string result)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"result":{{result}}}""", Encoding.UTF8, context.RequestAborted);
    }
}
