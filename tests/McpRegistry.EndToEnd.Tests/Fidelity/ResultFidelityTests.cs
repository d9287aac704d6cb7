using System.Text;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>What an upstream says is what the client gets, byte for byte, but for what the eras differ in and who says it.</summary>
public sealed class ResultFidelityTests : EndToEndTest
{
    // Everything that a typed relay loses: unknown members, order, number text, escapes, white space, characters beyond the BMP.
    private const string Members =
        """
        "zeta":{"b":1,"a":[2,{"deep":null}]}, "content":[{"type":"text","text":"Grüße 世界 🎈 \u00e9\ud83c\udf88\/\t","vendor":true}],
        "structuredContent":{"long":9223372036854775807,"small":-9223372036854775808,"wide":123456789012345678901234567890,
        "huge":1E400,"tiny":-1.5e-400,"one":1.0,"zero":-0,"empty":{},"none":[],"text":"\"\\\b"} ,"isError":false,
        "_meta":{"example.com/unit":"€","traceparent":"00-1-2-3"},"ttl":5
        """;

    public static TheoryData<Era, bool> ErasAndFraming => new()
    {
        { Era.Modern, false }, { Era.Modern, true }, { Era.Legacy, false }, { Era.Legacy, true },
    };

    [Theory]
    [MemberData(nameof(ErasAndFraming))]
    public async Task Call_SameEra_ResultIsByteForByteTheUpstreams(Era era, bool streamed)
    {
        var result = era == Era.Modern ? $"{{\"resultType\":\"complete\",{OneLine(streamed)}}}" : $"{{{OneLine(streamed)}}}";
        await StartAsync(era, streamed ? Answers.StreamedResult(result) : Answers.Result(result));
        foreach (var (alias, tool) in new[] { ("up", "work"), (null, "up__work") })
        {
            var answer = await (await OpenAsync(era, alias)).CallToolAsync(tool, Cancellation, id: "\"id-é\"");
            var expected = era == Era.Modern && alias is null
                ? result.Replace("\"_meta\":{", $"\"_meta\":{{\"io.modelcontextprotocol/serverInfo\":{{\"name\":\"McpRegistry\",\"version\":\"{GatewayIdentity.Version}\"}},", StringComparison.Ordinal)
                : result;
            Assert.Equal($"{{\"jsonrpc\":\"2.0\",\"id\":\"id-é\",\"result\":{expected}}}", answer.Body);
        }
    }

    [Fact]
    public async Task Call_LegacyUpstreamModernClient_OnlyTheResultTypeIsAdded()
    {
        await StartAsync(Era.Legacy, Answers.Result($"{{{Members}}}"));
        var answer = await (await OpenAsync(Era.Modern, "up")).CallToolAsync("work", Cancellation);
        AssertMembers("resultType", Members, answer);
    }

    [Fact]
    public async Task Call_ModernUpstreamLegacyClient_OnlyTheResultTypeIsRemoved()
    {
        await StartAsync(Era.Modern, Answers.Result($"{{\"resultType\":\"complete\",{Members}}}"));
        var answer = await (await OpenAsync(Era.Legacy, "up")).CallToolAsync("work", Cancellation);
        AssertMembers(null, Members, answer);
    }

    /// <summary>On the methods that can be cached the two members on caching come and go with the result type.</summary>
    [Theory]
    [InlineData(Era.Modern, Era.Legacy, "", "resultType,ttlMs,cacheScope")]
    [InlineData(Era.Legacy, Era.Modern, "\"resultType\":\"complete\",\"ttlMs\":5,\"cacheScope\":\"public\",", "")]
    public async Task Read_BetweenEras_OnlyTheMembersOnCachingDiffer(Era client, Era upstream, string sent, string added)
    {
        var server = await StartAsync(upstream, Answers.Result("{}"));
        server.On("resources/read", Answers.Result($"{{{sent}{Members}}}"));
        var answer = await (await OpenAsync(client, "up")).CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"");
        AssertMembers(added, Members, answer);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task List_ToolWithUnknownMembers_IsByteForByteTheUpstreams(Era era)
    {
        const string Tool = """{"vendor":{"x":1E400}, "name":"work","title":"Wörk 🎈","inputSchema":{"type":"object","$defs":{"n":{"const":123456789012345678901234567890}}},"execution":{"taskSupport":"optional"},"_meta":{"ui":{"resourceUri":"ui://a"}}}""";
        var server = await StartAsync(era, Answers.Result("{}"));
        server.On("tools/list", ListAnswers.Page("tools", $"[{Tool}]"));
        await Gateway.Registry.RefreshAsync("up", Cancellation);
        var merged = await (await OpenAsync(era)).CallAsync("tools/list", Cancellation);
        Assert.Equal(Tool.Replace("\"work\"", "\"up__work\"", StringComparison.Ordinal), merged.Result.GetProperty("tools")[0].GetRawText());
        var single = await (await OpenAsync(era, "up")).CallAsync("tools/list", Cancellation);
        Assert.Equal(Tool, single.Result.GetProperty("tools")[0].GetRawText());
    }

    /// <summary>An event has one line, so a stream carries the text without its line breaks.</summary>
    private static string OneLine(bool streamed) => streamed ? Members.ReplaceLineEndings(" ") : Members;

    private async Task<ScriptedUpstream> StartAsync(Era era, UpstreamHandler onCall)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        return server.On("tools/call", onCall);
    }

    /// <summary>Compares member by member, names and values as text, in order.</summary>
    private static void AssertMembers(string? added, string expected, McpAnswer answer)
    {
        var names = (added ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var got = answer.Result.EnumerateObject().ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), got.Take(names.Length).Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Texts(JsonElement.Parse(Encoding.UTF8.GetBytes($"{{{expected}}}")).EnumerateObject()), Texts(got.Skip(names.Length)));
    }

    private static IEnumerable<string> Texts(IEnumerable<JsonProperty> members) => members.Select(member => $"{member.Name}:{member.Value.GetRawText()}");
}
