using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class SoundJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"a":[{"a":1},{"a":2}]},"c":"\ud83d\ude00","\u0064":null}""", null)]
    [InlineData("1", null)]
    [InlineData("""{"a":1,"a":2}""", "has a member twice")]
    [InlineData("""{"a":1,"b":[{"c":1,"\u0063":2}]}""", "has a member twice")]
    [InlineData("""{"a":{"b":1},"b":{"b":1},"a":1}""", "has a member twice")]
    [InlineData("""{"a":"\ud800"}""", "has text that is not whole Unicode")]
    [InlineData("""{"\ud800":1}""", "has text that is not whole Unicode")]
    public void FaultOf_Value_IsWhatParsersDisagreeOn(string json, string? expected) => Assert.Equal(expected, SoundJson.FaultOf(Message.Utf8(json)));

    [Theory]
    [InlineData(48, null)]
    [InlineData(49, "is nested deeper than 48 levels")]
    [InlineData(100_000, "is nested deeper than 48 levels")]
    public void FaultOf_Depth_IsBounded(int depth, string? expected) =>
        Assert.Equal(expected, SoundJson.FaultOf(Message.Utf8(new string('[', depth) + new string(']', depth))));

    [Theory]
    [InlineData(4_096, null)]
    [InlineData(4_097, "has an object with more than 4096 members")]
    public void FaultOf_Members_AreBounded(int members, string? expected) =>
        Assert.Equal(expected, SoundJson.FaultOf(Message.Utf8("{" + string.Join(',', Enumerable.Range(0, members).Select(i => $"\"{i}\":0")) + "}")));
}
