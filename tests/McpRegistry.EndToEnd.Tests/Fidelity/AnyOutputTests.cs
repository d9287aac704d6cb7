using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>Outputs that only clients of 2026-07-28 have a form for reach the others as the member of an object, as their schemas say.</summary>
public sealed class AnyOutputTests : EndToEndTest
{
    private const string Any = """{"anyOf":[{"type":"object","properties":{"next":{"$ref":"#"}}},{"type":"null"}]}""";
    private const string Wrapped = """{"type":"object","properties":{"result":{"anyOf":[{"type":"object","properties":{"next":{"$ref":"#/properties/result"}}},{"type":"null"}]}},"required":["result"]}""";

    [Theory]
    [InlineData(null, Era.Legacy, Wrapped, """{"result":{"next":null}}""")]
    [InlineData("up", Era.Legacy, Wrapped, """{"result":{"next":null}}""")]
    [InlineData(null, Era.Modern, Any, """{"next":null}""")]
    [InlineData("up", Era.Modern, Any, """{"next":null}""")]
    public async Task Tool_OfAModernServer_SchemaAndOutputFit(string? alias, Era client, string schema, string output)
    {
        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        server.On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"work","inputSchema":{"type":"object"},"outputSchema":{{Any}}}]"""));
        server.On("tools/call", Answers.Result("""{"resultType":"complete","content":[{"type":"text","text":"none"}],"structuredContent":{"next":null}}"""));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var raw = await OpenAsync(client, alias);

        var tool = (await raw.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools")[0];
        var answer = (await raw.CallToolAsync(tool.GetProperty("name").GetString()!, Cancellation)).Result;

        Assert.Equal(schema, tool.GetProperty("outputSchema").GetRawText());
        Assert.Equal(output, answer.GetProperty("structuredContent").GetRawText());
        Assert.Equal("none", answer.GetProperty("content")[0].GetProperty("text").GetString());
    }
}
