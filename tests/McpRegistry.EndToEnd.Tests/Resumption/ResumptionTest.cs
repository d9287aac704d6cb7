using System.Net.Http.Headers;
using System.Text;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Gateway.Resumption;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resumption;

/// <summary>A gateway that keeps events, with one server, <c>up</c>.</summary>
public abstract class ResumptionTest : EndToEndTest
{
    private protected const string Token = "\"progressToken\":\"p\"";
    private protected const string Revision = RawClient.LegacyVersion;

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["EventBuffer:Enabled"] = "true",
            ["Gateway:ChangeDebounce"] = "00:00:00.02",
        },
    };

    private protected EventBuffer Events => Gateway.Get<EventBuffer>();

    private protected async Task<ScriptedUpstream> AddUpstreamAsync(Era era, string alias = "up")
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync(alias, upstream.Url, Cancellation);
        await upstream.WaitUntilAsync(open => open.OpenStreams == 1, "the gateway watches", Cancellation);
        return upstream;
    }

    private protected Task<RawClient> ClientAsync(string revision = Revision, string capabilities = "{}", string? alias = null, HttpClient? http = null) =>
        RawClient.OpenAsync(http ?? Gateway.Http, Gateway.Mcp(alias), Era.Legacy, Cancellation, capabilities, revision);

    /// <summary>Makes a call whose events are read one by one.</summary>
    private protected async Task<EventReader> CallAsync(RawClient client, string id = "1", string tool = "up__work")
    {
        var request = Request(HttpMethod.Post, client);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(client.Write(id, "tools/call", $"\"name\":\"{tool}\",\"arguments\":{{}}", Token)));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Own(await EventReader.SendAsync(Gateway.Http, request, Cancellation));
    }

    /// <summary>Opens the stream of a session: where an id says, or the one of what belongs to no request.</summary>
    private protected async Task<EventReader> ListenAsync(RawClient client, string? lastId, HttpClient? http = null, string? alias = null)
    {
        var request = Request(HttpMethod.Get, client, alias);
        if (lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        }

        return Own(await EventReader.SendAsync(http ?? Gateway.Http, request, Cancellation));
    }

    /// <summary>A call that reports three steps and ends, each when its gate opens.</summary>
    private protected static UpstreamHandler InSteps(Era era, params Gate[] gates) => async exchange =>
    {
        for (var step = 1; step <= 3; step++)
        {
            await Answers.After(gates.ElementAtOrDefault(step - 1) ?? gates[^1], _ => Task.CompletedTask)(exchange);
            await exchange.ProgressAsync(step, 3);
        }

        await exchange.ResultAsync(ScriptedServers.Complete(era, """{"content":[{"type":"text","text":"done"}]}"""));
    };

    /// <summary>What the messages are, in short: the step of a progress, the method of another one, or "result".</summary>
    private protected static string Said(IEnumerable<StreamEvent> events) => string.Join(' ', events.Select(item => item.Message).Select(message =>
        message.TryGetProperty("result", out _) ? "result"
        : message.GetProperty("method").ValueEquals("notifications/progress") ? message.GetProperty("params").GetProperty("progress").GetRawText()
        : message.GetProperty("method").GetString()));

    private HttpRequestMessage Request(HttpMethod method, RawClient client, string? alias = null)
    {
        var request = new HttpRequestMessage(method, Gateway.Mcp(alias));
        request.Headers.Accept.ParseAdd(method == HttpMethod.Get ? "text/event-stream" : "application/json, text/event-stream");
        request.Headers.Add("Mcp-Session-Id", client.SessionId);
        request.Headers.Add("MCP-Protocol-Version", client.Revision);
        return request;
    }
}
