using McpRegistry.EndToEnd.Tests.Fidelity.Replay;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>The corpus is what the fidelity tests promise that it is.</summary>
public sealed class CorpusCoverageTests
{
    private const int LeastMessages = 300;

    private static readonly string[] Requests =
        ["tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "prompts/list", "prompts/get", "completion/complete"];

    private static readonly string[] LegacyRequests = [.. Requests, "initialize", "ping", "resources/subscribe", "resources/unsubscribe", "logging/setLevel"];

    private static readonly string[] LegacyNotifications =
        ["notifications/initialized", "notifications/cancelled", "notifications/progress", "notifications/roots/list_changed"];

    private static readonly string[] FromServer =
    [
        "sampling/createMessage", "roots/list", "notifications/message", "notifications/progress", "notifications/cancelled", "notifications/resources/updated",
        "notifications/tools/list_changed", "notifications/prompts/list_changed", "notifications/resources/list_changed",
    ];

    public static TheoryData<string, string[], string[]> Methods => new()
    {
        { "2024-11-05", [.. LegacyRequests, .. LegacyNotifications], [.. FromServer, "ping"] },
        { "2025-03-26", [.. LegacyRequests, .. LegacyNotifications], [.. FromServer, "ping"] },
        { "2025-06-18", [.. LegacyRequests, .. LegacyNotifications], [.. FromServer, "ping", "elicitation/create"] },
        {
            RawClient.LegacyVersion,
            [.. LegacyRequests, .. LegacyNotifications, "tasks/get", "tasks/result", "tasks/cancel", "tasks/list"],
            [.. FromServer, "ping", "elicitation/create", "notifications/elicitation/complete", "notifications/tasks/status"]
        },
        {
            RawClient.ModernVersion,
            [.. Requests, "server/discover", "subscriptions/listen", "tasks/get", "tasks/update", "tasks/cancel", "notifications/cancelled"],
            [.. FromServer, "elicitation/create", "notifications/subscriptions/acknowledged", "notifications/tasks"]
        },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Corpus_Revision_HasAllOfItsMethods(string revision, string[] fromClient, string[] fromServer)
    {
        var methods = CorpusFiles.All.Where(entry => entry.Revisions.Contains(revision, StringComparer.Ordinal)).SelectMany(static entry => entry.Methods).ToHashSet();
        Assert.Subset(methods, fromClient.Select(static method => ("client", method)).ToHashSet());
        Assert.Subset(methods, fromServer.Select(static method => ("server", method)).ToHashSet());
    }

    /// <summary>Each line counts once here, in however many revisions and wirings it is replayed.</summary>
    [Fact]
    public void Corpus_Messages_AreAtLeast300()
    {
        var cases = CorpusFiles.All.ToArray();
        Assert.True(cases.Sum(static entry => entry.Messages) >= LeastMessages);
        Assert.True(cases.Length >= LeastMessages);
        Assert.Equal(cases.Length, cases.Select(static entry => entry.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("""{"a":[1.0,{"b":"\u00e9"}],"c":null}""", """{"c":null,"a":[1.0,{"b":"é"}]}""", null)]
    [InlineData("""{"a":1.0}""", """{"a":1}""", "$.a is 1, not 1.0")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{}}""", "$.a.b is missing")]
    [InlineData("""{"a":[]}""", """{"a":[],"x":1}""", "$.x was added")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", "$.a[0] is 2, not 1")]
    [InlineData("""{"a":null}""", """{"a":{}}""", "$.a is an object, not null")]
    public void Difference_TwoMessages_IsNamedByItsPath(string expected, string actual, string? difference) =>
        Assert.Equal(difference, JsonDifference.Find(JsonTree.Parse(expected), JsonTree.Parse(actual)));

    /// <summary>Text that is no valid Unicode is compared as what it is.</summary>
    [Fact]
    public void Difference_HalfPairs_AreNotAlike() =>
        Assert.NotNull(JsonDifference.Find(JsonTree.Parse("""{"a":"\ud800"}"""), JsonTree.Parse("""{"a":"\ud801"}""")));
}
