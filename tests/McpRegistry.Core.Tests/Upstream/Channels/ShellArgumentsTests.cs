using McpRegistry.Upstream.Channels;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

public sealed class ShellArgumentsTests
{
    [Theory]
    [InlineData("--flag=1", "--flag=1")]
    [InlineData("https://a.example/?b=1&c=2", "https://a.example/?b=1^&c=2")]
    [InlineData("<>|^&", "^<^>^|^^^&")]
    [InlineData("in quotes & so plain", "in quotes & so plain")]
    [InlineData("", "")]
    public void Escape_Argument_ReachesTheProgramAsItIs(string argument, string expected) => Assert.Equal(expected, ShellArguments.Escape(argument));
}
