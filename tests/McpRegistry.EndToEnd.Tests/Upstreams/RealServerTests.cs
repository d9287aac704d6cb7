using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Servers that others wrote, of every transport and both eras, work at once through one endpoint.</summary>
[Collection(NodeCollection.Name)]
public sealed class RealServerTests(ServerFleet fleet) : IClassFixture<ServerFleet>
{
    public static TheoryData<Era> Eras => [Era.Modern, Era.Legacy];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task List_AllServers_EveryToolAppearsUnderItsAlias(Era era)
    {
        var answer = await (await OpenAsync(era)).CallAsync("tools/list", Cancellation);
        var expected = new List<string>();
        foreach (var alias in ServerFleet.Aliases)
        {
            var tools = await fleet.ToolsAsync(alias, Cancellation);
            Assert.NotEmpty(tools);
            expected.AddRange(tools.Select(tool => $"{alias}__{tool}"));
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), Names(answer).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("every-http__echo", """{"message":"hi"}""", "hi")]
    [InlineData("every-sse__echo", """{"message":"hi"}""", "hi")]
    [InlineData("every-stdio__echo", """{"message":"hi"}""", "hi")]
    [InlineData("files__read_text_file", """{"path":"FOLDER/hello.txt"}""", "Grüße")]
    [InlineData("memory__read_graph", "{}", "entities")]
    [InlineData("modern__echo", """{"text":"hi"}""", "hi")]
    [InlineData("sample__text_stats", """{"text":"one two"}""", "words")]
    [InlineData("sample-stdio__text_stats", """{"text":"one two"}""", "words")]
    public async Task Call_EachServer_IsAnsweredInBothEras(string tool, string arguments, string expected)
    {
        foreach (var era in Enum.GetValues<Era>())
        {
            var answer = await (await OpenAsync(era)).CallToolAsync(tool, Cancellation, arguments.Replace("FOLDER", fleet.Folder.FullName, StringComparison.Ordinal));
            Assert.Contains(expected, answer.Result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase);
            Assert.False(answer.Result.TryGetProperty("isError", out var isError) && isError.GetBoolean(), answer.Body);
        }
    }

    /// <summary>The real servers' own lists and the gateway's single-server endpoints say the same to a client that can do all.</summary>
    [Fact]
    public async Task List_SingleServerEndpoints_KeepTheServersNames()
    {
        foreach (var alias in ServerFleet.Aliases)
        {
            var client = await RawClient.OpenAsync(
                fleet.Host.Http, fleet.Host.Mcp(alias), Era.Modern, Cancellation, """{"roots":{},"sampling":{"tools":{},"context":{}},"elicitation":{"form":{},"url":{}}}""");
            var answer = await client.CallAsync("tools/list", Cancellation);
            Assert.Equal(await fleet.ToolsAsync(alias, Cancellation), Names(answer));
        }
    }

    private Task<RawClient> OpenAsync(Era era, string? alias = null) => RawClient.OpenAsync(fleet.Host.Http, fleet.Host.Mcp(alias), era, Cancellation);

    private static IEnumerable<string> Names(McpAnswer answer) =>
        answer.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!);
}
