using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class NamesTests
{
    [Fact]
    public void Parse_EveryMethod_ComesBack()
    {
        foreach (var method in Enum.GetValues<McpMethod>().Where(method => method != McpMethod.Unknown))
        {
            Assert.Equal(method, McpMethods.Parse(McpMethods.Utf8Name(method)));
            Assert.Equal(McpMethods.Name(method), Message.Text(McpMethods.Utf8Name(method)));
        }

        Assert.Equal(Enum.GetValues<McpMethod>().Length, Enum.GetValues<McpMethod>().Select(McpMethods.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Tools/call")]
    [InlineData("tools/call ")]
    [InlineData("tools/cal")]
    public void Parse_OtherText_IsUnknown(string name) => Assert.Equal(McpMethod.Unknown, McpMethods.Parse(Message.Utf8(name)));

    [Fact]
    public void Parse_LogLevels_ComeBackInOrderOfSeverity()
    {
        Assert.Equal(
            ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"], Enum.GetValues<LogLevel>().Order().Select(LogLevels.Name));
        Assert.All(Enum.GetValues<LogLevel>(), level => Assert.Equal(level, LogLevels.Parse(LogLevels.Name(level))));
        Assert.Null(LogLevels.Parse("Info"));
        Assert.Null(LogLevels.Parse(null));
    }

    [Fact]
    public void Trim_ForeignText_IsShortAndOnOneLine()
    {
        Assert.Equal("a b c", ErrorText.Trim("a\nb\u0007c"));
        Assert.Equal(303, ErrorText.Trim(new string('x', 10_000)).Length);
        Assert.Equal("short", ErrorText.Trim("short"));
    }

    [Fact]
    public void Trim_PairAtTheCut_IsNotTornApart()
    {
        var trimmed = ErrorText.Trim(new string('x', 299) + "😀 and more");

        Assert.Equal(new string('x', 299) + "...", trimmed);
        Assert.NotEmpty(JsonText.Quote(trimmed));
    }

    [Theory]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2026-07-28", "2025-11-25")]
    [InlineData("2024-11-05", "2025-11-25")]
    [InlineData(null, "2025-11-25")]
    public void Negotiate_Legacy_EchoesWhatIsKnown(string? requested, string expected) => Assert.Equal(expected, ProtocolRevision.Negotiate(requested));
}
