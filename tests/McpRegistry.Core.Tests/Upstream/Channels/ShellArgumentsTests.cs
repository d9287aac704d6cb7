using McpRegistry.Upstream.Channels;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

public sealed class ShellArgumentsTests
{
    [Theory]
    [InlineData("npx", true)]
    [InlineData("npx.cmd", true)]
    [InlineData("C:\\tools\\serve.bat", true)]
    [InlineData("node.exe", false)]
    [InlineData("C:\\Program Files\\nodejs\\NODE.EXE", false)]
    [InlineData("cmd.exe", false)]
    public void AreNeededFor_Command_IsAllButAProgram(string command, bool expected) => Assert.Equal(expected, ShellArguments.AreNeededFor(command));

    [Theory]
    [InlineData("--flag=1", "\"--flag=1\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("", "\"\"")]
    [InlineData("https://a.example/?b=1&c=2", "\"https://a.example/?b=1&c=2\"")]
    [InlineData("<>|&()", "\"<>|&()\"")]
    [InlineData("a & b", "\"a & b\"")]
    [InlineData("C:\\docs", "\"C:\\docs\"")]
    [InlineData("C:\\docs\\", "\"C:\\docs\\\\\"")]
    [InlineData("\\\\", "\"\\\\\\\\\"")]
    public void TryWrite_Argument_IsQuoted(string argument, string expected) =>
        Assert.Equal($"/e:on /v:off /d /s /c \"\"npx\" {expected} \"z\"\"", ShellArguments.TryWrite("npx", [argument, "z"]));

    [Fact]
    public void TryWrite_CommandAlone_IsQuotedTwice() =>
        Assert.Equal("/e:on /v:off /d /s /c \"\"C:\\my tools\\serve.cmd\"\"", ShellArguments.TryWrite("C:\\my tools\\serve.cmd", []));

    [Theory]
    [InlineData("a\"b")]
    [InlineData("\" & calc & \"")]
    [InlineData("%PATH%")]
    [InlineData("100%")]
    [InlineData("a^b")]
    [InlineData("hi!")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\tb")]
    [InlineData("a\0b")]
    [InlineData("\u001A")]
    [InlineData("\u007F")]
    public void TryWrite_TextThatTheShellWouldRead_IsNone(string text)
    {
        Assert.Null(ShellArguments.TryWrite("npx", ["-y", text]));
        Assert.Null(ShellArguments.TryWrite(text, []));
    }
}
