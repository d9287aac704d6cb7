using System.Net;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.Tests.Upstreams;

public sealed class LegacyUpstreamTests() : UpstreamTest(UpstreamOptions.Legacy)
{
    [Fact]
    public async Task Initialize_OlderVersion_IsEchoedWithASession()
    {
        using var answer = await Client.LegacyAsync("initialize", """{"protocolVersion":"2025-06-18"}""", null, Cancellation);
        Assert.Contains("\"protocolVersion\":\"2025-06-18\"", await BodyAsync(answer), StringComparison.Ordinal);
        Assert.Single(answer.Headers.GetValues("Mcp-Session-Id"));
        Assert.Equal(1, Upstream.OpenSessions);
    }

    [Fact]
    public async Task Discover_NoSession_SaysNotInitialized()
    {
        using var answer = await Client.ModernAsync("server/discover", "", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("-32000", await BodyAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ExpiredSession_Is404()
    {
        var session = await Client.InitializeAsync(Cancellation);
        Upstream.ExpireSessions();
        using var answer = await Client.LegacyAsync("ping", "{}", session, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Push_OpenGetStream_CarriesIt()
    {
        var session = await Client.InitializeAsync(Cancellation);
        using var stream = await Client.SessionAsync(HttpMethod.Get, session, Cancellation);
        await Upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the GET stream is open", Cancellation);
        Assert.Equal(1, await Upstream.PushAsync("notifications/tools/list_changed"));
        Upstream.ExpireSessions();
        Assert.Contains("notifications/tools/list_changed", await BodyAsync(stream), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OpenSession_EndsItAndItsStream()
    {
        var session = await Client.InitializeAsync(Cancellation);
        using var stream = await Client.SessionAsync(HttpMethod.Get, session, Cancellation);
        using var answer = await Client.SessionAsync(HttpMethod.Delete, session, Cancellation);
        await Upstream.WaitUntilAsync(upstream => upstream is { OpenSessions: 0, OpenStreams: 0 }, "session and stream are gone", Cancellation);
    }

    [Fact]
    public async Task Cancelled_Notification_IsRecorded()
    {
        var session = await Client.InitializeAsync(Cancellation);
        using var answer = await Client.LegacyAsync("notifications/cancelled", """{"requestId":7}""", session, Cancellation);
        var request = await Upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal(7, request.Params.GetProperty("requestId").GetInt32());
    }
}
