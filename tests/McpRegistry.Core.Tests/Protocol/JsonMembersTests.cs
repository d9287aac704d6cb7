using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class JsonMembersTests
{
    [Fact]
    public void Next_Members_AreGivenInOrderWithTheirBytes()
    {
        var members = new JsonMembers(Message.Utf8("""{ "a" : [1, {"b":2}] , "\u0062":"x","c":1e400 }"""));

        Assert.True(members.Next());
        Assert.Equal("a", members.Name);
        Assert.Equal("""[1, {"b":2}]""", Message.Text(members.RawValue));
        Assert.Equal("""
            "a" : [1, {"b":2}]
            """, Message.Text(members.RawMember));
        Assert.True(members.Next());
        Assert.True(members.NameIs("b"u8));
        Assert.Equal("b", members.Name);
        Assert.True(members.Next());
        Assert.Equal("1e400", Message.Text(members.RawValue));
        Assert.False(members.Next());
        Assert.False(members.Next());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("\"a\"")]
    public void Find_ValueWithoutMembers_IsMissing(string json) => Assert.True(JsonMembers.Find(Message.Utf8(json), "a"u8).IsMissing);

    [Theory]
    [InlineData("""{"io.modelcontextprotocol/x":1}""")]
    [InlineData("""{"io.modelcontextprotocol\/x":1}""")]
    [InlineData("""{"\u0069o.modelcontextprotocol/x":1}""")]
    public void NameStartsWith_AnySpelling_IsSeen(string json)
    {
        var members = new JsonMembers(Message.Utf8(json));
        members.Next();

        Assert.True(members.NameStartsWith(MetaKeys.ReservedPrefix));
    }

    /// <summary>A server may send such a name; it must not become an exception in the middle of a call.</summary>
    [Fact]
    public void NameIs_NameThatIsNoText_EqualsNothing()
    {
        var json = Message.Utf8("""{"\ud800":1,"id":2}""");

        Assert.Equal("2", Message.Text(JsonMembers.Find(json, "id"u8).Of(json)));
        var members = new JsonMembers(json);
        members.Next();
        Assert.False(members.NameStartsWith("a"u8));
        Assert.Null(members.Name);
    }

    [Theory]
    [InlineData("\"a\\u00e9\"", "aé")]
    [InlineData("\"\"", "")]
    [InlineData("\"\\ud800\"", null)]
    [InlineData("1", null)]
    [InlineData("", null)]
    [InlineData("null", null)]
    public void Text_RawValue_IsDecodedOrNull(string raw, string? expected) => Assert.Equal(expected, JsonMembers.Text(Message.Utf8(raw)));

    [Fact]
    public void Of_Array_GivesOnlyObjects()
    {
        var text = Message.Utf8("""{"x":[ {"a":[{}]} , 1, [{}], "s", null, {} ]}""");
        var array = JsonMembers.Find(text, "x"u8);

        Assert.Equal(["""{"a":[{}]}""", "{}"], JsonElements.Of(text, array).Select(slice => Message.Text(slice.Of(text.AsMemory()))));
    }

    [Theory]
    [InlineData("""{"x":{}}""")]
    [InlineData("""{"x":1}""")]
    [InlineData("""{"x":[]}""")]
    public void Of_NoArrayOrEmpty_IsEmpty(string json)
    {
        var text = Message.Utf8(json);

        Assert.Empty(JsonElements.Of(text, JsonMembers.Find(text, "x"u8)));
    }
}
