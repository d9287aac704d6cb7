using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class ResourceUriRewriterTests
{
    [Theory]
    [InlineData("""{ "content":[{"type":"resource_link","uri":"x:a","name":"x:a"} , {"uri":"x:\u0061","type":"resource_link"}]}""", """{ "content":[{"type":"resource_link","uri":"w:x:a","name":"x:a"} , {"uri":"w:x:a","type":"resource_link"}]}""")]
    [InlineData("""{"content":[{"type":"resource","uri":"x:a","resource":{"uri":"x:a","text":"x:a"}}]}""", """{"content":[{"type":"resource","uri":"x:a","resource":{"uri":"w:x:a","text":"x:a"}}]}""")]
    [InlineData("""{"contents":[{"uri":"x:a"},1,{"uri":2},{"uri":"y:b"}]}""", """{"contents":[{"uri":"w:x:a"},1,{"uri":2},{"uri":"y:b"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":{"type":"resource_link","uri":"x:a"}},{"content":[{"type":"tool_result","content":[{"type":"resource_link","uri":"x:a"}]}]}]}""", """{"messages":[{"role":"user","content":{"type":"resource_link","uri":"w:x:a"}},{"content":[{"type":"tool_result","content":[{"type":"resource_link","uri":"w:x:a"}]}]}]}""")]
    [InlineData("""{"_meta":{"ui":{"resourceUri":"x:a","visibility":[]},"ui/resourceUri":"x:a","uri":"x:a"}}""", """{"_meta":{"ui":{"resourceUri":"w:x:a","visibility":[]},"ui/resourceUri":"w:x:a","uri":"x:a"}}""")]
    [InlineData("""{"taskId":"t","result":{"content":[{"type":"resource_link","uri":"x:a"}],"taskId":"t","result":{"contents":[{"uri":"x:a"}]}}}""", """{"taskId":"t","result":{"content":[{"type":"resource_link","uri":"w:x:a"}],"taskId":"t","result":{"contents":[{"uri":"x:a"}]}}}""")]
    public void RewriteResult_ResourcesOfTheServer_GetTheirOtherUri(string result, string expected) =>
        Assert.Equal(expected, Message.Text(ResourceUriRewriter.RewriteResult(Message.Utf8(result), Exposed)));

    [Theory]
    [InlineData("""{"content":[{"type":"resource_link","uri":"y:b"},{"type":"text","text":"x:a","uri":"x:a"}]}""")]
    [InlineData("""{"structuredContent":{"contents":[{"uri":"x:a"}],"type":"resource_link","uri":"x:a"},"uri":"x:a"}""")]
    [InlineData("""{"result":{"contents":[{"uri":"x:a"}]},"content":"x:a","contents":{"uri":"x:a"},"messages":[{"content":1}],"_meta":1}""")]
    [InlineData("{}")]
    public void Rewrite_NothingToChange_IsTheSameMessage(string result)
    {
        var message = Message.Upstream($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""");
        Assert.Same(message, ResourceUriRewriter.Rewrite(message, Exposed));
    }

    [Theory]
    [InlineData("""{"code":-32002,"message":"x:a","data":{"uri":"x:a","x":1}}""", """{"code":-32002,"message":"x:a","data":{"uri":"w:x:a","x":1}}""")]
    [InlineData("""{"code":-32002,"message":"x:a","data":"x:a"}""", """{"code":-32002,"message":"x:a","data":"x:a"}""")]
    public void Rewrite_Error_NamesTheResourceInItsData(string error, string expected)
    {
        var rewritten = ResourceUriRewriter.Rewrite(Message.Upstream($$"""{"jsonrpc":"2.0","id":1,"error":{{error}}}"""), Exposed);
        Assert.Equal(expected, Message.Text(rewritten.Raw(rewritten.Error)));
    }

    /// <summary>A server decides how deep its content goes; the stack of the gateway must not depend on it.</summary>
    [Theory]
    [InlineData("""{"type":"tool_result","content":""")]
    [InlineData("[")]
    public void Rewrite_EndlessContent_EndsWithoutHarm(string opening)
    {
        const int Depth = 20_000;
        var closing = opening == "[" ? "]" : "}";
        var result = $$"""{"content":{{string.Concat(Enumerable.Repeat(opening, Depth))}}1{{string.Concat(Enumerable.Repeat(closing, Depth))}},"contents":[{"uri":"x:a"}]}""";
        Assert.EndsWith("\"contents\":[{\"uri\":\"w:x:a\"}]}", Message.Text(ResourceUriRewriter.RewriteResult(Message.Utf8(result), Exposed)), StringComparison.Ordinal);
    }

    [Fact]
    public void RewriteTool_Interface_IsAllThatChanges() => Assert.Equal(
        """{"name":"t","content":[{"type":"resource_link","uri":"x:a"}],"_meta":{"ui":{"resourceUri":"w:x:a"}}}""",
        Message.Text(ResourceUriRewriter.RewriteTool(Message.Utf8("""{"name":"t","content":[{"type":"resource_link","uri":"x:a"}],"_meta":{"ui":{"resourceUri":"x:a"}}}"""), Exposed)));

    private static string? Exposed(string uri) => uri.StartsWith("x:", StringComparison.Ordinal) ? "w:" + uri : null;
}
