using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Fidelity.Replay;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>The openings of the corpus: client and server hear of each other what both can use.</summary>
public sealed class CorpusOpeningTests : EndToEndTest
{
    private const string ServerInfo = "io.modelcontextprotocol/serverInfo";
    private static readonly string[] Features = ["tools", "resources", "prompts", "completions", "logging"];

    private protected override GatewaySetup Setup => new() { Settings = ReplayHost.Settings };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Opening_AnyServer_IsDescribedAsItDescribesItself(Era client)
    {
        var number = 0;
        foreach (var entry in CorpusFiles.Read(CorpusFiles.Openings))
        {
            var isModern = entry.Method == "server/discover";
            var upstream = Own(await ScriptedUpstream.StartAsync(isModern ? UpstreamOptions.Modern : UpstreamOptions.Legacy, Cancellation));
            var description = entry.Result!.Value;
            upstream.On(entry.Method, Answers.Result(description.GetRawText()));
            foreach (var (method, member) in new[] { ("tools/list", "tools"), ("prompts/list", "prompts"), ("resources/list", "resources"), ("resources/templates/list", "resourceTemplates") })
            {
                upstream.On(method, ListAnswers.Page(member, "[]"));
            }

            var alias = $"o{++number}";
            await Gateway.Registry.AddAsync(alias, upstream.Url, Cancellation);
            var revision = isModern ? RawClient.LegacyVersion : new Wiring(client, Era.Legacy).ClientRevision(entry.Revisions[0]);
            var actual = await DescribeAsync(alias, client, revision);
            Assert.True(JsonDifference.Find(Expected(description, isModern, client, revision), actual) is null, $"{entry.Name}: {JsonDifference.Find(Expected(description, isModern, client, revision), actual)}");
        }
    }

    /// <summary>A server of the session revisions hears in its handshake who the client is and what it can do.</summary>
    [Theory]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task Opening_LegacyClient_IsIntroducedAsItself(string revision)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp("up"), Era.Legacy, Cancellation, Declared.ByClient(Era.Legacy), revision);
        await client.CallToolAsync("work", Cancellation);
        var opening = JsonTree.Of(upstream.Requests.Of("initialize")[^1].Params);
        Assert.Null(JsonDifference.Find(JsonTree.Parse($$$"""{"protocolVersion":"2025-11-25","capabilities":{{{Declared.AtLegacyServer(revision)}}},"clientInfo":{"name":"raw","version":"1"}}"""), opening));
    }

    [Fact]
    public async Task Listen_EveryFilter_IsAcknowledgedWithWhatIsKnownOfIt()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        foreach (var entry in CorpusFiles.Read(CorpusFiles.Listens).Where(static entry => entry.Notifier is null))
        {
            var client = await OpenAsync(Era.Modern, "up");
            var filter = entry.Params.GetProperty("notifications").GetRawText();
            await using var stream = await OpenStream.PostAsync(Gateway.Http, Gateway.Mcp("up"), client, filter, "\"l\"", Cancellation);
            var expected = JsonTree.Parse($$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l"},"notifications":{{{filter}}} } }""");
            var known = expected["params"]!["notifications"]!;
            known.Remove([.. known.Members!.Where(member => member.Key == "vendorChanged" || member.Value.Scalar == "false").Select(member => member.Key)]);
            Assert.Null(JsonDifference.Find(expected, JsonTree.Of(await stream.NextAsync(Cancellation))));
        }
    }

    private async Task<JsonTree> DescribeAsync(string alias, Era era, string revision)
    {
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(alias), era, Cancellation, Declared.ByClient(era), revision);
        return JsonTree.Of((era == Era.Modern ? await client.CallAsync("server/discover", Cancellation) : await client.InitializeAsync(Cancellation)).Result);
    }

    /// <summary>Features, instructions and the server's own words on itself pass; everything else of an opening is between neighbours.</summary>
    private static JsonTree Expected(JsonElement description, bool isModern, Era client, string revision)
    {
        var own = JsonTree.Of(description);
        var expected = JsonTree.Object();
        var members = expected.Members!;
        var capabilities = members["capabilities"] = own["capabilities"]!;
        var extensions = capabilities["extensions"];
        capabilities.Remove([.. capabilities.Members!.Keys.Except(Features, StringComparer.Ordinal)]);
        var info = (isModern ? own["_meta"]?[ServerInfo] : own["serverInfo"])!;
        if (own["instructions"] is { } instructions)
        {
            members["instructions"] = instructions;
        }

        if (client == Era.Legacy)
        {
            members["protocolVersion"] = JsonTree.String(revision);
            members["serverInfo"] = info;
            return expected;
        }

        members["resultType"] = JsonTree.String("complete");
        members["ttlMs"] = JsonTree.Parse("0");
        members["cacheScope"] = JsonTree.String("private");
        members["supportedVersions"] = JsonTree.Parse("""["2026-07-28"]""");
        expected.Ensure("_meta").Members![ServerInfo] = info;
        if (isModern && extensions is not null)
        {
            extensions.Remove("com.example/own");
            capabilities.Members!["extensions"] = extensions;
        }

        return expected;
    }
}
