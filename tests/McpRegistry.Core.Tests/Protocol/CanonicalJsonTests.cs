using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" { } ", "{}")]
    [InlineData("[ ]", "[]")]
    [InlineData("""{ "b" : [ 1 , { "d":1, "c":2 } ] , "a" : null }""", """{"a":null,"b":[1,{"c":2,"d":1}]}""")]
    [InlineData("""{"\u0062":"\u0041\n","a":1}""", """{"a":1,"b":"A\n"}""")]
    [InlineData("""[1.0,1e2,-0,12345678901234567890]""", """[1.0,1e2,-0,12345678901234567890]""")]
    [InlineData("""["\ud800"]""", """["\ud800"]""")]
    [InlineData("true", "true")]
    public void Of_Value_IsOneFormOfIt(string json, string expected) => Assert.Equal(expected, Message.Text(CanonicalJson.Of(Message.Utf8(json.Trim()))));

    [Theory]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("1", "1.0")]
    [InlineData("\"1\"", "1")]
    [InlineData("""{"a":{}}""", """{"a":[]}""")]
    [InlineData("""{"A":1}""", """{"a":1}""")]
    public void Of_DifferentValues_StayDifferent(string one, string other) =>
        Assert.NotEqual(Message.Text(CanonicalJson.Of(Message.Utf8(one))), Message.Text(CanonicalJson.Of(Message.Utf8(other))));
}
