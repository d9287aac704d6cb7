using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Batches;

/// <summary>Batches that are refused as a whole, and what the request log has of those that are not.</summary>
public sealed class RefusedBatchTests : EndToEndTest
{
    private static readonly string Ping = BatchClient.Request("1", "ping");

    private protected override GatewaySetup Setup => new() { Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:MaxBatchMessages"] = "3" } };

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task Batch_SessionOfAnotherRevision_IsRefused(string revision)
    {
        var client = await BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation, revision);

        AssertRefused(await client.SendAsync(Cancellation, Ping), "batch");

        // What the client's header says later does not change what was agreed.
        AssertRefused(await client.PostAsync($"[{Ping}]", Cancellation, ("MCP-Protocol-Version", "2025-03-26")), "batch");
    }

    [Fact]
    public async Task Batch_NoSession_IsRefused()
    {
        var client = await OpenAsync(Era.Modern);
        var initialize = BatchClient.Request("1", "initialize", """{"protocolVersion":"2025-03-26","capabilities":{}}""");

        AssertRefused(await client.PostAsync($"[{initialize}]", [], Cancellation), "no_session");
    }

    [Fact]
    public async Task Batch_ModernHeader_IsRefused()
    {
        var client = await OpenBatchAsync();

        AssertRefused(await client.PostAsync($"[{Ping}]", Cancellation, ("MCP-Protocol-Version", "2026-07-28")), "batch");
    }

    [Theory]
    [InlineData("[]", -32600, "empty_batch")]
    [InlineData("[{]", -32700, "malformed_json")]
    [InlineData("[1,2,3,4]", -32600, "batch_too_large")]
    [InlineData("[1] x", -32700, "malformed_json")]
    public async Task Batch_WrongAsAWhole_IsRefused(string body, int code, string reason)
    {
        var client = await OpenBatchAsync();

        AssertRefused(await client.PostAsync(body, Cancellation), reason, code);
    }

    [Fact]
    public async Task Batch_OneIdTwice_RunsNothing()
    {
        await using var server = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var client = await OpenBatchAsync();

        AssertRefused(await client.SendAsync(Cancellation, BatchClient.Call("\"a\"", "up__work"), BatchClient.Call("\"\\u0061\"", "up__work")), "duplicate_id");

        Assert.Empty(server.Requests.Of("tools/call"));
    }

    [Fact]
    public async Task Batch_Messages_AreLoggedOneByOne()
    {
        await using var server = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var client = await OpenBatchAsync();
        await client.SendAsync(
            Cancellation, BatchClient.Call("5", "up__work"), BatchClient.Call("6", "up__none"), BatchClient.Notification("notifications/initialized", "{}"));
        await client.PostAsync("[1,2,3,4]", Cancellation);

        var log = await LoggedAsync(5);

        Assert.Equal(
            [("5", "tools/call", "work", null), ("6", "tools/call", null, "unknown_tool"), (null, "notifications/initialized", null, null), (null, null, null, "batch_too_large")],
            log.Where(entry => entry.McpMethod is not "initialize").Select(entry => (entry.RequestId, entry.McpMethod, entry.TargetName, entry.ErrorType))
                .OrderBy(entry => entry.RequestId ?? "~" + entry.ErrorType, StringComparer.Ordinal));
        Assert.Equal(BatchClient.Call("5", "up__work").Length, log.Single(entry => entry.RequestId == "5").RequestSizeBytes);
    }

    private static void AssertRefused(McpAnswer answer, string reason, int code = -32600)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal((code, reason, "null"), (answer.Error.GetProperty("code").GetInt32(), answer.Reason, answer.Id));
    }

    private Task<BatchClient> OpenBatchAsync() => BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation);
}
