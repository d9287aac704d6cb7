using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

/// <summary>What becomes of questions between the revisions.</summary>
public sealed class QuestionTextTests
{
    [Theory]
    [InlineData("""{"mode":"form","message":"m"}""", "2025-06-18", """{"message":"m"}""")]
    [InlineData("""{"message":"m","mode":"form"}""", "2025-03-26", """{"message":"m"}""")]
    [InlineData("""{ "message" : "m\u0041" }""", "2025-06-18", """{"message" : "m\u0041"}""")]
    [InlineData("""{"mode":"form","message":"m"}""", "2025-11-25", """{"mode":"form","message":"m"}""")]
    [InlineData("{}", "2025-06-18", "{}")]
    [InlineData("", "2025-06-18", "{}")]
    public void ForLegacy_Elicitation_LosesItsModeBeforeTheRevisionThatHasIt(string parameters, string revision, string expected) =>
        Assert.Equal(expected, ForLegacy(McpMethod.Elicitation, parameters, revision, isModern: true));

    [Fact]
    public void ForLegacy_UrlOfAModernServer_GetsAnIdOfItsOwn()
    {
        const string Url = """{"mode":"url","elicitationId":"theirs","url":"https://a"}""";
        var (first, second) = (ForLegacy(McpMethod.Elicitation, Url, "2025-11-25", isModern: true), ForLegacy(McpMethod.Elicitation, Url, "2025-11-25", isModern: true));
        Assert.Matches("""^\{"elicitationId":"[0-9a-f]{32}","mode":"url","url":"https://a"\}$""", first);
        Assert.NotEqual(first, second);
        Assert.Equal(Url, ForLegacy(McpMethod.Elicitation, Url, "2025-11-25", isModern: false));
    }

    [Fact]
    public void ForModern_Elicitation_HasNoId()
    {
        Assert.Equal("""{"mode":"url","url":"https://a"}""", Message.Text(QuestionRewriter.ForModern(McpMethod.Elicitation, """{"mode":"url","elicitationId":"e","url":"https://a"}"""u8)));
        Assert.Equal("""{"elicitationId":"e"}""", Message.Text(QuestionRewriter.ForModern(McpMethod.Sampling, """{"elicitationId":"e"}"""u8)));
    }

    [Theory]
    [InlineData("""{"messages":[{"content":[{"a":1}]},{"content":[]},{"content":[{},{}]},{"content":{}},{"role":"x"},5]}""",
        """{"messages":[{"content":{"a":1}},{"content":[]},{"content":[{},{}]},{"content":{}},{"role":"x"},5]}""")]
    [InlineData("""{"messages":5}""", """{"messages":5}""")]
    [InlineData("{}", "{}")]
    public void ForLegacy_Sampling_SingleContentIsUnwrapped(string parameters, string expected)
    {
        Assert.Equal(expected, ForLegacy(McpMethod.Sampling, parameters, "2025-06-18", isModern: true));
        Assert.Equal(parameters, ForLegacy(McpMethod.Sampling, parameters, "2025-11-25", isModern: true));
    }

    /// <summary>A server may take its questions back while the client is being told of them.</summary>
    [Fact]
    public void Write_NoQuestions_LeavesTheMemberOut() => Assert.Equal(
        """{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","requestState":"s"}}""",
        Message.Text(InputRequired.Write("1"u8, [], "s")));

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var written = InputRequired.Write("1"u8, [new InputRequest("a\"", McpMethod.RootsList, default), new InputRequest("b", McpMethod.Elicitation, Message.Utf8("{}"))], "s");
        var message = UpstreamMessage.TryRead(written)!;
        var read = InputRequired.Read(message.Raw(message.Result))!;
        Assert.Equal(["a\"", "b"], read.Select(request => request.Key));
        Assert.Equal([McpMethod.RootsList, McpMethod.Elicitation], read.Select(request => request.Method));
        Assert.True(InputRequired.Is(message.Raw(message.Result)));
    }

    private static string ForLegacy(McpMethod method, string parameters, string revision, bool isModern) =>
        Message.Text(QuestionRewriter.ForLegacy(method, Message.Utf8(parameters), revision, isModern));
}
