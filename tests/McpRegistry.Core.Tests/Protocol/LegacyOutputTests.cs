using System.Buffers;
using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class LegacyOutputTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"$ref":{"$ref":"#"}}}""")]
    [InlineData("null")]
    [InlineData("true")]
    public void WriteResult_ToolsWithObjects_StayAsTheyAre(string schema)
    {
        var list = $$"""{"tools":[ {"name":"a"} , {"name":"b","outputSchema":{{schema}},"x":1E400}]}""";
        Assert.Equal(list, Write(list, McpMethod.ToolsList));
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("""{"type":["object","null"]}""", """{"type":["object","null"]}""")]
    [InlineData("{}", "{}")]

    // What leads to a place in the schema leads to the same place; names and values only look like it.
    [InlineData("""{"anyOf":[{"$ref":"#"},{"$ref":"#/$defs/a"},{"$ref":"#name"},{"$ref":"other.json#/a"},true]}""",
        """{"anyOf":[{"$ref":"#/properties/result"},{"$ref":"#/properties/result/$defs/a"},{"$ref":"#name"},{"$ref":"other.json#/a"},true]}""")]
    [InlineData("""{"$defs":{"$ref":{"$dynamicRef":"#/x"},"const":{"const":{"$ref":"#/x"}},"enum":{"enum":[{"$ref":"#"}],"default":{"$ref":"#"},"examples":[{"$ref":"#"}]}}}""",
        """{"$defs":{"$ref":{"$dynamicRef":"#/properties/result/x"},"const":{"const":{"$ref":"#/x"}},"enum":{"enum":[{"$ref":"#"}],"default":{"$ref":"#"},"examples":[{"$ref":"#"}]}}}""")]

    // References in a part with a base of its own begin there.
    [InlineData("""{"items":{"$id":"https://example.com/a","$ref":"#/b"},"not":{"$id":"#anchor","$ref":"#/b"}}""",
        """{"items":{"$id":"https://example.com/a","$ref":"#/b"},"not":{"$id":"#anchor","$ref":"#/properties/result/b"}}""")]
    [InlineData("""{"$id":"https://example.com/a","$schema":"x","$ref":"#/b"}""", """{"$id":"https://example.com/a","$schema":"x","$ref":"#/b"}""")]
    public void WriteResult_ToolWithAnyOutput_IsDescribedAsTheMemberOfAnObject(string schema, string inside)
    {
        var list = $$"""{"tools":[{"name":"a"}, {"name":"b","outputSchema":{{schema}},"x":1E400} ,{"name":"c"}],"nextCursor":"n"}""";
        Assert.Equal(
            list.Replace(schema + ",\"x", $$"""{"type":"object","properties":{"result":{{inside}}},"required":["result"]},"x""", StringComparison.Ordinal),
            Write(list, McpMethod.ToolsList));
    }

    [Fact]
    public void WriteResult_SchemaNamesItsDialect_TheRootDoes() => Assert.Equal(
        """{"tools":[{"outputSchema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"result":{"type":"array"}},"required":["result"]}}]}""",
        Write("""{"tools":[{"outputSchema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array"}}]}""", McpMethod.ToolsList));

    [Theory]
    [InlineData("[1,2.50]", "[]", """[{"type":"text","text":"[1,2.50]"}]""")]
    [InlineData("\"\\u00e9\"", "[ ]", """[{"type":"text","text":"\"\\u00e9\""}]""")]
    [InlineData("null", """[{"type":"image"}, 7]""", """[{"type":"image"}, 7,{"type":"text","text":"null"}]""")]
    [InlineData("1E400", """[{"type":"text","text":"much"}]""", """[{"type":"text","text":"much"}]""")]
    [InlineData("true", "7", "7")]
    public void WriteResult_StructuredContentIsNoObject_BecomesTheMemberOfOne(string value, string content, string expected) => Assert.Equal(
        $$"""{"structuredContent":{"result":{{value}}},"content":{{expected}},"isError":false}""",
        Write($$"""{"resultType":"complete","structuredContent":{{value}},"content":{{content}},"isError":false}""", McpMethod.ToolsCall));

    [Fact]
    public void WriteResult_NoContent_GetsTheValueAsText() => Assert.Equal(
        """{"structuredContent":{"result":[]},"content":[{"type":"text","text":"[]"}]}""", Write("""{"structuredContent":[]}""", McpMethod.ToolsCall));

    [Theory]
    [InlineData(false, """{"a":1}""")]
    [InlineData(true, """{"result":{"a":1}}""")]
    public void WriteResult_StructuredContentIsAnObject_FollowsTheSchema(bool isWrapped, string expected) => Assert.Equal(
        $$"""{"content":[{"type":"text","text":"one"}],"structuredContent":{{expected}}}""",
        Write("""{"content":[{"type":"text","text":"one"}],"structuredContent":{"a":1}}""", McpMethod.ToolsCall, isWrapped));

    [Fact]
    public void WriteResult_OtherMethods_KeepWhatOnlyLooksAlike()
    {
        const string Result = """{"structuredContent":[1],"tools":[{"outputSchema":{"type":"array"}}]}""";
        Assert.Equal(Result, Write(Result, McpMethod.PromptsGet));
    }

    private static string Write(string result, McpMethod method, bool wrapsOutput = false)
    {
        var output = new ArrayBufferWriter<byte>();
        ResultRewriter.WriteResult(output, "1"u8, Encoding.UTF8.GetBytes(result), method, ProtocolEra.Modern, ProtocolEra.Legacy, wrapsOutput: wrapsOutput);
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        const string Begin = """{"jsonrpc":"2.0","id":1,"result":""";
        Assert.StartsWith(Begin, text, StringComparison.Ordinal);
        return text[Begin.Length..^1];
    }
}
