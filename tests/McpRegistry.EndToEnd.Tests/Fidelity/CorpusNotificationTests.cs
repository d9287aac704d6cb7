using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Fidelity.Replay;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>The notifications of the corpus that belong to no request, through every wiring.</summary>
public sealed class CorpusNotificationTests : EndToEndTest
{
    private const string Filter = """{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["test://sentinel","test://watched"]}""";

    private protected override GatewaySetup Setup => new() { Settings = ReplayHost.Settings };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task ServerNotification_AnyPairOfEras_ReachesTheClientAsDocumented(Era client, Era server)
    {
        var (wiring, faults) = (new Wiring(client, server), new List<string>());
        var (cases, servers) = await StartAsync(wiring, "server");
        foreach (var passages in cases.SelectMany(entry => entry.Revisions.Select(revision => Passage(wiring, entry, revision))).Distinct().GroupBy(passage => (passage.ClientRevision, passage.ServerRevision)))
        {
            var upstream = servers[passages.Key.ServerRevision].Http;
            var (raw, url) = await OpenAsync(passages.First());
            if (client == Era.Legacy)
            {
                await raw.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"test://watched\"");
                await raw.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"test://sentinel\"");
            }

            await using var stream = await OpenStream.OpenAsync(Gateway.Http, url, raw, Filter, Cancellation);
            await upstream.WaitUntilAsync(open => open.OpenStreams >= 2, "the server can tell the client", Cancellation);
            foreach (var passage in passages)
            {
                faults.AddRange(await TellAsync(passage, upstream, stream) is { } fault ? [$"{passage}: {fault}"] : Array.Empty<string>());
            }

            if (client == Era.Legacy)
            {
                await raw.EndAsync(Cancellation);
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task ClientNotification_AnyPairOfEras_ReachesTheServerAsDocumented(Era client, Era server)
    {
        var (wiring, faults) = (new Wiring(client, server), new List<string>());
        var (cases, servers) = await StartAsync(wiring, "client");
        foreach (var passage in cases.SelectMany(entry => entry.Revisions.Select(revision => Passage(wiring, entry, revision))).Distinct())
        {
            var upstream = servers[passage.ServerRevision].Http;
            var (raw, _) = await OpenAsync(passage);
            var body = RawJson.Join($"\"jsonrpc\":\"2.0\",\"method\":\"{passage.Method}\"", passage.Case.Params.ValueKind == JsonValueKind.Object ? $"\"params\":{passage.Case.Params.GetRawText()}" : "");
            (string, string)[] headers = client == Era.Modern ? [("MCP-Protocol-Version", RawClient.ModernVersion), ("Mcp-Method", passage.Method)] : [];

            // The server is called first, so that there is a session to tell, and afterwards, so that what comes late would be seen.
            await raw.CallAsync("prompts/list", Cancellation);
            var before = upstream.Requests.All.Count;
            var answer = await raw.PostAsync($"{{{body}}}", headers, Cancellation);
            var forwarded = passage is { Client: Era.Legacy, Server: Era.Legacy, Method: "notifications/roots/list_changed" };
            if (forwarded)
            {
                await upstream.WaitUntilAsync(up => up.Requests.Of(passage.Method).Count > 0, "the notification arrives", Cancellation);
            }

            await raw.CallAsync("prompts/list", Cancellation);
            var arrived = upstream.Requests.All.Skip(before).Where(request => request.Method.StartsWith("notifications/", StringComparison.Ordinal)).ToArray();
            faults.AddRange(answer.Status != System.Net.HttpStatusCode.Accepted ? [$"{passage}: {answer.Status} {answer.Body}"] : Array.Empty<string>());
            faults.AddRange((arrived, forwarded) switch
            {
                ([], false) => [],
                ([var only], true) => JsonDifference.Find(JsonTree.Parse($"{{{body}}}"), JsonTree.Of(JsonElement.Parse(only.Body.Span))) is { } found ? [$"{passage}: {found}"] : [],
                _ => [$"{passage}: the server got {arrived.Length} notifications"],
            });
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static Passage Passage(Wiring wiring, CorpusCase entry, string revision) => new(wiring, entry, wiring.ClientRevision(revision), wiring.ServerRevision(revision), IsMerged: false);

    /// <summary>Has the server say it and then something else; what comes before that is what the client got of it.</summary>
    private static async Task<string?> TellAsync(Passage passage, ScriptedUpstream upstream, OpenStream stream)
    {
        await upstream.PushAsync(passage.Method, passage.Case.Params.ValueKind == JsonValueKind.Object ? passage.Case.Params.GetRawText() : "{}");
        var expected = NotificationRules.OnStream(passage);
        var isList = passage.Method.EndsWith("/list_changed", StringComparison.Ordinal);
        var got = new List<JsonElement>();
        if (isList)
        {
            got.Add(await stream.FindAsync(passage.Method, Cancellation));
        }

        // Twice: what is ready at the same time is sent with the resources first.
        for (var sentinels = 0; sentinels < 2; sentinels++)
        {
            await upstream.PushAsync("notifications/resources/updated", """{"uri":"test://sentinel"}""");
            while (await stream.NextAsync(Cancellation) is var message && !IsSentinel(message))
            {
                // A list that was read again is told when that is done, so it may come late and together with another.
                got.AddRange(message.GetProperty("method").GetString()!.EndsWith("/list_changed", StringComparison.Ordinal) ? [] : [message]);
            }
        }

        return got.Count != (expected is null ? 0 : 1)
            ? $"the client got {string.Join(' ', got.Select(message => message.GetRawText()))}"
            : expected is null ? null : JsonDifference.Find(expected, JsonTree.Of(got[0]));
    }

    private static bool IsSentinel(JsonElement message) =>
        message.TryGetProperty("params", out var parameters) && parameters.TryGetProperty("uri", out var uri) && uri.ValueEquals("test://sentinel");

    private async Task<(IReadOnlyList<CorpusCase> Cases, IReadOnlyDictionary<string, ReplayServer> Servers)> StartAsync(Wiring wiring, string sender)
    {
        var cases = CorpusFiles.Read(CorpusFiles.Notifications).Where(entry => entry.Notifier == sender).ToArray();
        return (cases, await ReplayHost.StartAsync(Gateway, wiring, new CorpusCatalogue(CorpusFiles.Read(CorpusFiles.Notifications)), Own, Cancellation));
    }

    private async Task<(RawClient Client, Uri Url)> OpenAsync(Passage passage)
    {
        var url = Gateway.Mcp(passage.Alias);
        return (await RawClient.OpenAsync(Gateway.Http, url, passage.Client, Cancellation, Declared.ByClient(passage.Client), passage.ClientRevision), url);
    }
}
