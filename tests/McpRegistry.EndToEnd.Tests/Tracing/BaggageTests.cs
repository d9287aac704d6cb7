using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Tracing;

/// <summary>Baggage travels on where an operator wants it.</summary>
public sealed class BaggageTests : EndToEndTest
{
    private protected override GatewaySetup Setup => new() { Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:ForwardBaggage"] = "true" } };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_BaggageAllowed_TravelsInMetaAndHeaders(Era upstream)
    {
        using var spans = new SpanRecorder();
        var server = Own(await ScriptedServers.StartAsync(upstream, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var raw = await OpenAsync(Era.Modern);
        var request = raw.Write("1", "tools/call", "\"name\":\"up__work\",\"arguments\":{}", "\"baggage\":\"user=alice\"");

        await raw.PostAsync(request, [.. raw.Headers("tools/call", request), ("traceparent", spans.TraceParent), ("baggage", "plan=gold")], Cancellation);

        var received = server.Requests.Of("tools/call").Single();
        Assert.Equal("user=alice", received.Meta("baggage").GetString());
        Assert.Contains("plan", received.Headers.Single(header => header.Key is "baggage" or "Correlation-Context").Value, StringComparison.Ordinal);
    }
}
