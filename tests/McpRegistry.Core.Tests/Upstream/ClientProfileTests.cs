using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class ClientProfileTests
{
    [Theory]
    [InlineData("""{"roots":{},"elicitation":{"form":{},"url":{}}}""", """ { "elicitation" : { "url":{}, "f\u006frm" : {} } , "roots" : { } } """, true)]
    [InlineData("""{"roots":{},"tasks":{}}""", """{"roots":{}}""", true)]
    [InlineData("""{"roots":{}}""", """{"roots":{"listChanged":true}}""", false)]
    [InlineData("""{"roots":{}}""", """{"sampling":{}}""", false)]
    [InlineData("""{"roots":{}}""", "{}", false)]
    [InlineData("5", "[]", true)]
    public void Fingerprint_OfTwoClients_TellsWhetherTheyCanDoTheSame(string one, string other, bool areEqual) =>
        Assert.Equal(areEqual, Of(one).Fingerprint == Of(other).Fingerprint);

    [Fact]
    public void Of_ModernClient_KeepsWhatTheOldHandshakeKnows()
    {
        var profile = Of("""{"extensions":{"a":1},"roots":{},"experimental":{}}""", ProtocolEra.Modern);
        Assert.Equal("""{"roots":{}}""", Message.Text(profile.Capabilities));
        Assert.Equal("""{"experimental":{},"roots":{}}""", Message.Text(Of("""{"roots":{},"experimental":{}}""").Capabilities));
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"experimental":{}}""", false)]
    [InlineData("""{"roots":{}}""", true)]
    public void CanBeAsked_OnlyIfAQuestionIsDeclared(string capabilities, bool expected) => Assert.Equal(expected, Of(capabilities).CanBeAsked);

    [Theory]
    [InlineData("""{"roots":{}}""", "roots/list", "", true)]
    [InlineData("""{"sampling":{}}""", "roots/list", "", false)]
    [InlineData("""{"sampling":{}}""", "sampling/createMessage", "{}", true)]
    [InlineData("""{"sampling":{}}""", "sampling/createMessage", """{"tools":[]}""", false)]
    [InlineData("""{"sampling":{"tools":{}}}""", "sampling/createMessage", """{"tools":[]}""", true)]
    [InlineData("""{"sampling":5}""", "sampling/createMessage", """{"tools":[]}""", false)]
    [InlineData("""{"elicitation":{}}""", "elicitation/create", "{}", true)]
    [InlineData("""{"elicitation":{}}""", "elicitation/create", """{"mode":"form"}""", true)]
    [InlineData("""{"elicitation":{}}""", "elicitation/create", """{"mode":"url"}""", false)]
    [InlineData("""{"elicitation":{"url":{}}}""", "elicitation/create", """{"mode":"url"}""", true)]
    [InlineData("""{"elicitation":{"url":{}}}""", "elicitation/create", "{}", false)]
    [InlineData("""{"elicitation":{"form":{}}}""", "elicitation/create", """{"mode":"url"}""", false)]
    [InlineData("""{"elicitation":{"form":{},"url":{}}}""", "elicitation/create", "{}", true)]
    [InlineData("""{"elicitation":null}""", "elicitation/create", """{"mode":"url"}""", false)]
    [InlineData("""{"roots":{}}""", "roots/list", "null", false)]
    [InlineData("""{"elicitation":{}}""", "elicitation/create", "5", false)]
    [InlineData("""{"roots":{},"sampling":{},"elicitation":{}}""", "tools/call", "{}", false)]
    public void Answers_ByKindAndMode(string capabilities, string method, string parameters, bool expected) =>
        Assert.Equal(expected, Of(capabilities).Answers(McpMethods.Parse(Message.Utf8(method)), Message.Utf8(parameters)));

    /// <summary>Before 2025-11-25 there was one kind of elicitation, whatever a client wrote beneath.</summary>
    [Theory]
    [InlineData("""{"elicitation":{"url":{},"form":{"a":1}}}""", """{"elicitation":{"form":{"a":1}}}""")]
    [InlineData("""{"elicitation":{"url":{}}}""", """{"elicitation":{}}""")]
    [InlineData("""{"elicitation":5}""", """{"elicitation":5}""")]
    public void Of_RevisionWithoutUrls_DeclaresNone(string capabilities, string expected)
    {
        var profile = ClientProfile.Of(Message.Utf8(capabilities), ProtocolEra.Legacy, knowsUrls: false);
        Assert.Equal(expected, Message.Text(profile.Capabilities));
        Assert.True(profile.Answers(McpMethod.Elicitation, "{}"u8));
        Assert.False(profile.Answers(McpMethod.Elicitation, """{"mode":"url"}"""u8));
    }

    /// <summary>Sessions keep profiles for long, and one that costs its client nothing must be small here too.</summary>
    [Fact]
    public void Of_MoreThanTheBound_KeepsWhatIsUsedFirst()
    {
        var large = new string('x', 8 * 1024);
        var profile = Of($$$"""{"experimental":{"a":"{{{large}}}" },"another":{},"sampling":{},"elicitation":{"form":{} } }""");
        Assert.Equal("""{"another":{},"elicitation":{"form":{}},"sampling":{}}""", Message.Text(profile.Capabilities));
        Assert.True(profile.CanBeAsked);
        Assert.Equal(Of("""{"another":{},"sampling":{},"elicitation":{"form":{}}}""").Fingerprint, profile.Fingerprint);

        var hostile = Of($$$"""{"sampling":{"a":"{{{large}}}" } }""");
        Assert.Same(ClientProfile.Plain, hostile);
        Assert.False(hostile.CanBeAsked);

        var many = Of("{" + string.Join(",", Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\":{{}}")) + ",\"roots\":{}}", ProtocolEra.Legacy);
        Assert.InRange(many.Capabilities.Length, 7 * 1024, 8 * 1024);
        Assert.True(many.Answers(McpMethod.RootsList, default));
    }

    [Fact]
    public void ClientInfo_MoreThanTheBound_IsNotKept()
    {
        var small = new byte[8 * 1024];
        Assert.Equal(small, (ClientProfile.Plain with { ClientInfo = small }).ClientInfo);
        Assert.True((ClientProfile.Plain with { ClientInfo = new byte[small.Length + 1] }).ClientInfo.IsEmpty);
    }

    private static ClientProfile Of(string capabilities, ProtocolEra era = ProtocolEra.Legacy) => ClientProfile.Of(Message.Utf8(capabilities), era);
}
