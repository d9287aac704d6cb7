using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A server gets another definition while clients have sessions there, and calls run in them.</summary>
public sealed class ChangedServerTests : RoutingTest
{
    [Fact]
    public async Task Weights_Changed_SessionsStay()
    {
        var (first, second) = (await AddTwinAsync("a", Era.Legacy), await AddTwinAsync("elsewhere", Era.Legacy));
        await ReplaceAsync(Endpoints((first, 1), (second, 0)));
        await Gateway.Registry.WaitForEndpointsAsync("a", Cancellation);
        var client = await OpenAsync(Gateway.Http, Era.Legacy);
        await CallAsync(client);
        await ReplaceAsync(Endpoints((first, 0), (second, 1)));
        await CallAsync(client);

        Assert.Equal(2, first.Requests.Of("tools/call").Count);
        Assert.Single(first.Requests.Of("tools/call").Select(static call => call.SessionId).Distinct(StringComparer.Ordinal));
        await CallAsync(await OpenAsync(Gateway.Http, Era.Legacy));
        Assert.Single(second.Requests.Of("tools/call"));
    }

    [Fact]
    public async Task Endpoint_AddedWhileACallRuns_CallIsAnsweredAndItsSessionClosedBehindIt()
    {
        var (upstream, other, gate) = (await AddTwinAsync("a", Era.Legacy), await AddTwinAsync("elsewhere", Era.Legacy), new Gate());
        upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"content":[{"type":"text","text":"done"}]}""")));
        var client = await OpenAsync(Gateway.Http, Era.Legacy);
        var running = CallAsync(client);
        await gate.WhenWaitingAsync(1, Cancellation);
        var session = upstream.Requests.Of("tools/call").Single().SessionId;
        await ReplaceAsync(Endpoints((upstream, 1), (other, 1)));
        await Gateway.Registry.WaitForEndpointsAsync("a", Cancellation);

        Assert.DoesNotContain(upstream.Requests.All, request => request.Verb == "DELETE" && request.SessionId == session);
        gate.Open();
        Assert.Equal("done", Text(await running));
        await upstream.WaitUntilAsync(up => up.Requests.All.Any(request => request.Verb == "DELETE" && request.SessionId == session), "the session is closed", Cancellation);
    }

    private static string Endpoints(params (ScriptedUpstream Upstream, int Weight)[] endpoints) => $$"""
        {"name":"a","alias":"a","endpoints":[{{string.Join(',', endpoints.Select(static endpoint => $$"""{"url":"{{endpoint.Upstream.Url}}","weight":{{endpoint.Weight}}}"""))}}]}
        """;

    private static Task<McpAnswer> CallAsync(RawClient client) => client.CallToolAsync("a__work", Cancellation);

    private async Task ReplaceAsync(string definition)
    {
        var id = (await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetGuid();
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Put, $"/api/v1/servers/{id}", definition);
        Assert.True(status == HttpStatusCode.OK, body);
    }
}
