using System.Net;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Options;
using Xunit;
using Scripted = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>Servers that refuse the revision of the probe.</summary>
public sealed class HttpConnectorTests : IAddressResolver, IAsyncDisposable
{
    private const string Both = """{"supported":["2026-07-28","2025-06-18"],"requested":"2026-07-28"}""";
    private readonly UpstreamHttp _http;
    private ScriptedUpstream _upstream = null!;

    public HttpConnectorTests()
    {
        var policy = new OutboundAddressPolicy(Options.Create(new OutboundOptions { AllowLoopback = true }));
        _http = new UpstreamHttp(Options.Create(new McpRegistry.Upstream.UpstreamOptions()), Options.Create(new GatewayOptions()), new OutboundConnector(policy, this));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _upstream.DisposeAsync();
    }

    ValueTask<IPAddress[]> IAddressResolver.ResolveAsync(string host, CancellationToken cancellationToken) => new([IPAddress.Loopback]);

    [Fact]
    public async Task ConnectAsync_RefusesTheRevisionThatItSupports_IsAskedAgain()
    {
        var result = await ConnectAsync(Scripted.Modern, Answers.InOrder(
            Refusal("""{"supported":["2026-07-28"],"requested":"2026-07-28"}"""),
            Answers.Result("""{"supportedVersions":["2026-07-28"],"capabilities":{},"resultType":"complete"}""")));

        Assert.Equal((ProtocolEra.Modern, "2026-07-28"), (result.Connection!.Handshake.Era, result.Connection.Handshake.Revision));
        Assert.Equal(2, _upstream.Requests.Of("server/discover").Count);
    }

    [Fact]
    public async Task ConnectAsync_RefusesItAgain_IsOpenedAtTheLegacyRevisionThatItNames()
    {
        var result = await ConnectAsync(Scripted.Modern with { ChecksHeaders = false }, Refusal(Both));

        Assert.Equal(ProtocolEra.Legacy, result.Connection!.Handshake.Era);
        Assert.Equal(2, _upstream.Requests.Of("server/discover").Count);
        Assert.Equal("2025-06-18", Assert.Single(_upstream.Requests.Of("initialize")).Params.GetProperty("protocolVersion").GetString());
        await result.Connection.DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_RefusesItForEver_IsAFault()
    {
        var result = await ConnectAsync(Scripted.Modern, Refusal("""{"supported":["2026-07-28"]}"""));

        Assert.Equal(FaultReasons.ProtocolError, result.Fault!.Reason);
        Assert.Equal(2, _upstream.Requests.All.Count);
    }

    /// <summary>A server in trouble says nothing of its era; taken for a legacy one it would stay that.</summary>
    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task ConnectAsync_ServerIsInTrouble_IsAFaultWhateverTheBodySays(int status)
    {
        var result = await ConnectAsync(Scripted.Modern with { ChecksHeaders = false }, Answers.Error(-32603, "not now", status: status));

        Assert.Equal((FaultReasons.HttpError, status), (result.Fault!.Reason, result.Fault.HttpStatus));
        Assert.Empty(_upstream.Requests.Of("initialize"));
    }

    private static UpstreamHandler Refusal(string data) => Answers.Error(ErrorCodes.UnsupportedProtocolVersion, "no", data, status: 400);

    private async Task<ConnectResult> ConnectAsync(Scripted options, UpstreamHandler discover)
    {
        _upstream = await ScriptedUpstream.StartAsync(options, Cancellation);
        _upstream.On("server/discover", discover).On("initialize", Answers.Result("""{"protocolVersion":"2025-06-18","capabilities":{}}"""));
        var endpoint = SampleServers.Of("a").Endpoints[0] with { Url = _upstream.Url.ToString() };
        return (await new HttpConnector(_http, TimeProvider.System).ConnectAsync(endpoint, ClientProfile.Plain, null, null, "a", Cancellation)).Result;
    }
}
