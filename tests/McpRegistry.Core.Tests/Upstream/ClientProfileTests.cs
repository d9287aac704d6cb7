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

    private static ClientProfile Of(string capabilities, ProtocolEra era = ProtocolEra.Legacy) => ClientProfile.Of(Message.Utf8(capabilities), era);
}
