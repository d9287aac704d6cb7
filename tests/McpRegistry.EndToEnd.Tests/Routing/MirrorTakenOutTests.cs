using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>The server that gets the copies is taken out after the call came that is to be copied.</summary>
public sealed class MirrorTakenOutTests : RoutingTest
{
    private const string ReadOnly = ",\"annotations\":{\"readOnlyHint\":true}";
    private const string ToM = """{"mirror":{"percent":100,"server":"m"}}""";

    [Theory]
    [InlineData("maintenance", Era.Modern)]
    [InlineData("maintenance", Era.Legacy)]
    [InlineData("disabled", Era.Modern)]
    [InlineData("deleted", Era.Modern)]
    public async Task Call_MirrorIsTakenOutWhileItRuns_IsNotCopied(string how, Era era)
    {
        using var outcomes = new MirroredOutcomes(Gateway);
        var gate = new Gate();
        var upstream = await AddTwinAsync("a", annotations: ReadOnly);
        upstream.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[{"type":"text","text":"a"}]}"""))));
        var mirror = await AddTwinAsync("m", era, ReadOnly);
        var sessions = Calls(mirror, "initialize");
        await AddRouteAsync(ToM);
        var client = await OpenAsync(Era.Modern);
        var running = client.CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);

        await TakeOutAsync(how, mirror.Url);
        gate.Open();

        Assert.Equal("a", Text(await running));
        Assert.Equal(["m taken_out"], await outcomes.WaitAsync(1, Cancellation));
        Assert.Equal((0, sessions), (Calls(mirror), Calls(mirror, "initialize")));
    }

    /// <summary>The session is opened for the copy, and opens when nothing new may come.</summary>
    [Fact]
    public async Task Copy_MirrorIsInMaintenanceWhenItsSessionOpens_IsNotSent()
    {
        using var outcomes = new MirroredOutcomes(Gateway);
        await AddTwinAsync("a", annotations: ReadOnly);
        var mirror = await AddTwinAsync("m", Era.Legacy, ReadOnly);
        await AddRouteAsync(ToM);
        var gate = new Gate();
        mirror.On("initialize", Answers.After(gate, Answers.Result("""{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"scripted","version":"1.0.0"}}""")));
        var client = await OpenAsync(Era.Modern);
        Assert.Equal("a", await WhoAsync(client));
        await gate.WhenWaitingAsync(1, Cancellation);

        await TakeOutAsync("maintenance", mirror.Url);
        gate.Open();

        Assert.Equal(["m taken_out"], await outcomes.WaitAsync(1, Cancellation));
        Assert.Equal(0, Calls(mirror));

        await PutBackAsync();
        Assert.Equal("a", await WhoAsync(client));
        Assert.Equal(["m taken_out", "m answered"], await outcomes.WaitAsync(2, Cancellation));
    }

    private async Task TakeOutAsync(string how, Uri url)
    {
        var path = await PathAsync();
        var (status, body) = how switch
        {
            "maintenance" => await SendAsync(Gateway.Http, HttpMethod.Put, $"{path}/maintenance"),
            "disabled" => await SendAsync(Gateway.Http, HttpMethod.Put, path, $$"""{"name":"m","alias":"m","url":"{{url}}","enabled":false}"""),
            _ => await SendAsync(Gateway.Http, HttpMethod.Delete, path),
        };
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NoContent, body);
    }

    private async Task PutBackAsync() => await SendAsync(Gateway.Http, HttpMethod.Delete, $"{await PathAsync()}/maintenance");

    private async Task<string> PathAsync() => $"/api/v1/servers/{(await Gateway.Registry.FindAsync("m", Cancellation)).GetProperty("id").GetGuid()}";
}
