using System.Text.Json;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.TestSupport.Tests.Processes;

/// <summary>The foreign clients against the foreign servers and the sample, so that a failure of theirs is not blamed on the gateway.</summary>
public sealed class RealServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Clients => [NodeClient.Auto, NodeClient.Legacy];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Everything_StreamableHttp_AnswersACall(string client)
    {
        await using var server = await NodeServers.StartEverythingHttpAsync(Cancellation);
        await AssertEchoAsync(client, server, """{"message":"hello"}""");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Everything_Sse_AnswersACall(string client)
    {
        await using var server = await NodeServers.StartEverythingSseAsync(Cancellation);
        await AssertEchoAsync(client, server, """{"message":"hello"}""", "--sse");
    }

    [Fact]
    public async Task Modern_AutoClient_NegotiatesTheStatelessRevision()
    {
        await using var server = await NodeServers.StartModernAsync(Cancellation);
        var document = await AssertEchoAsync(NodeClient.Auto, server, """{"text":"hello"}""");
        Assert.Equal("2026-07-28", document.GetProperty("protocolVersion").GetString());
    }

    [Theory]
    [InlineData(NodeClient.Auto, "2026-07-28")]
    [InlineData(NodeClient.Legacy, "2025-11-25")]
    public async Task SampleHttp_EitherEra_ReportsProgress(string client, string version)
    {
        await using var server = await SampleServer.StartHttpAsync(Cancellation);
        var document = await NodeClient.RunAsync(client, server.Url, null, Cancellation, "--progress", "--call", "countdown", """{"from":3,"interval":1}""");
        Assert.Equal(version, document.GetProperty("protocolVersion").GetString());
        Assert.Equal(3, document.GetProperty("progress").GetArrayLength());
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task SampleStdio_EitherClient_AnswersACall(string client)
    {
        var document = await NodeClient.RunAsync(
            client, new Uri("stdio:sample"), null, Cancellation, "--call", "text_stats", """{"text":"one two"}""", "--", "dotnet", SampleServer.Program, "stdio");
        Assert.Equal(2, document.GetProperty("call").GetProperty("structuredContent").GetProperty("words").GetInt32());
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("garbage")]
    [InlineData("flood")]
    public async Task Misbehaving_HarmlessMode_AnswersACall(string mode)
    {
        var document = await NodeClient.RunAsync(
            NodeClient.Legacy, new Uri("stdio:misbehaving"), null, Cancellation, "--call", "echo", """{"text":"hello"}""", "--", "node", NodeServers.Misbehaving, mode);
        Assert.Contains("hello", document.GetProperty("call").GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> AssertEchoAsync(string client, RunningServer server, string arguments, params string[] options)
    {
        var document = await NodeClient.RunAsync(client, server.Url, null, Cancellation, ["--call", "echo", arguments, .. options]);
        Assert.Contains("hello", document.GetProperty("call").GetRawText(), StringComparison.Ordinal);
        return document;
    }
}
