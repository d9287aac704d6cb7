using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Gateway.Tasks;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Tasks;

public sealed class TaskIdRewriterTests
{
    /// <summary>A server may answer with anything; a stack that runs out ends the process.</summary>
    [Fact]
    public void Write_DeepTask_GoesNoDeeperThanTheExtension()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"task\":", 100_000)) + "{\"taskId\":\"x\"}" + new string('}', 100_000);

        Assert.Equal(deep, Write(deep));
    }

    [Fact]
    public void Write_DeepResults_GoNoDeeperThanTheExtension()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"result\":{\"_meta\":", 100_000)) + "{\"taskId\":\"x\"}" + new string('}', 200_000);

        Assert.Equal(deep, Write(deep));
    }

    [Theory]
    [InlineData(
        """{"task":{"taskId":"x"},"result":{"taskId":"x","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"x"}}}}""",
        """{"task":{"taskId":"y"},"result":{"taskId":"x","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"y"}}}}""")]
    [InlineData("""{"taskId":"x","task":{"taskId":"x"}}""", """{"taskId":"y","task":{"taskId":"y"}}""")]
    [InlineData(
        """{"task":{"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"x"}}}}""",
        """{"task":{"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"y"}}}}""")]
    [InlineData("""{"task":{"task":{"task":{"task":{"taskId":"x"}}}}}""", """{"task":{"task":{"task":{"task":{"taskId":"x"}}}}}""")]
    public void Write_PlacesOfTheExtension_AreRewritten(string json, string expected) => Assert.Equal(expected, Write(json));

    private static string Write(string json) => Message.Written(output => TaskIdRewriter.Write(output, Message.Utf8(json), "x", "y"));
}
