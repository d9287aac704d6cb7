using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class ListedToolsTests
{
    private const string Good = """{"name":"good", "x":1.0,"inputSchema":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}}""";
    private const string Bad = """{"name":"bad","inputSchema":{"properties":{"a":{"type":"string","x-mcp-header":""}}}}""";

    [Theory]
    [InlineData("""{"tools":[]}""")]
    [InlineData("""{"tools":[ 1, {"name":"\u0061"}, "x-mcp-header" ]}""")]
    [InlineData("""{"tools":"x-mcp-header"}""")]
    [InlineData("""{"prompts":"x-mcp-header"}""")]
    [InlineData($$"""{"tools":[ {{Good}} , {{Good}} ],"nextCursor":"x"}""")]
    public void WithoutInvalid_NothingToTakeOut_IsTheSamePage(string result)
    {
        var page = Page(result);
        Assert.Same(page, ListedTools.WithoutInvalid(page));
    }

    [Theory]
    [InlineData($$"""{"ttlMs":1, "tools":[{{Good}}, {{Bad}} ,{{Good}}] ,"nextCursor":"x"}""", $$"""{"ttlMs":1, "tools":[{{Good}},{{Good}}] ,"nextCursor":"x"}""")]
    [InlineData($$"""{"tools":[{{Bad}},{{Bad}}],"nextCursor":"x"}""", """{"tools":[],"nextCursor":"x"}""")]
    [InlineData($$"""{"\u0074ools":[{{Bad}}]}""", """{"\u0074ools":[]}""")]
    public void WithoutInvalid_ToolThatBreaksARule_IsTakenOut(string result, string expected)
    {
        var page = ListedTools.WithoutInvalid(Page(result));
        Assert.Equal(expected, Message.Text(page.Raw(page.Result)));
        Assert.Equal(7, page.NumericId);
    }

    [Fact]
    public void WithoutInvalid_Error_IsLeftAlone()
    {
        var page = Message.Upstream("""{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"x-mcp-header"}}""");
        Assert.Same(page, ListedTools.WithoutInvalid(page));
    }

    private static UpstreamMessage Page(string result) => Message.Upstream($$"""{"jsonrpc":"2.0","id":7,"result":{{result}}}""");
}
