using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Gateway;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A session ends between the look-up of a request and its beginning: the client hears that, and calls initialize again.</summary>
public sealed class EndedSessionTests : EndToEndTest
{
    [Fact]
    public async Task Call_SessionEndsBehindTheLookUp_IsAnsweredAsForAnUnknownOne()
    {
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Legacy, Cancellation);
        End(client.SessionId!);

        var answer = await client.CallAsync("tools/list", Cancellation);

        Assert.Equal((HttpStatusCode.NotFound, "unknown_session"), (answer.Status, answer.Reason));
    }

    [Fact]
    public async Task Batch_SessionEndsBehindTheLookUp_IsAnsweredAsForAnUnknownOne()
    {
        var client = await BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation);
        End(client.SessionId);

        var answer = await client.SendAsync(Cancellation, BatchClient.Request("1", "ping"), BatchClient.Request("2", "tools/list"));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.All(["1", "2"], id => Assert.Equal("unknown_session", BatchClient.Reason(BatchClient.Answers(answer)[id])));
    }

    /// <summary>Ends the session as the gateway does, but so that it is still found.</summary>
    private void End(string sessionId) => Gateway.Get<ClientSessions>().Find(sessionId, null)!.Dispose();
}
