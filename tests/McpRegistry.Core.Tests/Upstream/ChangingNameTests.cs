using System.Net;
using McpRegistry.Gateway;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Options;
using Xunit;
using Scripted = McpRegistry.TestSupport.Upstreams.UpstreamOptions;
using UpstreamOptions = McpRegistry.Upstream.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>
/// A name that says one address when it is checked and another one when it is connected to (DNS rebinding), with two servers on real
/// sockets: one of the two loopback addresses is allowed here, the other one is inside.
/// </summary>
public sealed class ChangingNameTests : IAddressResolver, IAsyncLifetime
{
    private static readonly IPAddress Inside = IPAddress.Parse("127.0.0.2");
    private readonly Queue<IPAddress[]> _answers = [];
    private readonly UpstreamHttp _http;
    private ScriptedUpstream _outside = null!;
    private TcpInside _inside = null!;

    public ChangingNameTests()
    {
        var policy = OutboundAddressPolicyTests.Policy(static options => options.AllowedNetworks = ["127.0.0.1/32"]);
        _http = new UpstreamHttp(Options.Create(new UpstreamOptions()), Options.Create(new GatewayOptions()), new OutboundConnector(policy, this));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Url => new UriBuilder(_outside.Url) { Host = "rebound.example" }.Uri;

    public async ValueTask InitializeAsync()
    {
        _outside = await ScriptedUpstream.StartAsync(Scripted.Legacy, Cancellation);
        _outside.Guard = static async exchange =>
        {
            // So that each request needs a connection, and a connection an address.
            exchange.Header("Connection", "close");
            await exchange.StatusAsync(200);
            return true;
        };
        _inside = new TcpInside(Inside, _outside.Url.Port);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _inside.Dispose();
        await _outside.DisposeAsync();
    }

    ValueTask<IPAddress[]> IAddressResolver.ResolveAsync(string host, CancellationToken cancellationToken) => new(_answers.Dequeue());

    [Fact]
    public async Task Connect_NameChangesAfterTheCheck_GoesToTheAddressThatWasChecked()
    {
        _answers.Enqueue([IPAddress.Loopback]);
        _answers.Enqueue([Inside]);

        using var response = await _http.CreateChannel(Url, null).GetAsync(static _ => { }, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(_answers);
        Assert.Equal(0, _inside.Accepted);
    }

    [Fact]
    public async Task Connect_NameLeadsInsideTheNextTime_IsCheckedAgainAndRefused()
    {
        _answers.Enqueue([IPAddress.Loopback]);
        _answers.Enqueue([Inside]);
        var channel = _http.CreateChannel(Url, null);
        using (await channel.GetAsync(static _ => { }, Cancellation))
        {
            // Only its connection is of interest, and that is closed by the server.
        }

        await _outside.WaitUntilAsync(static upstream => upstream.OpenConnections == 0, "the connection is closed", Cancellation);
        var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() => channel.GetAsync(static _ => { }, Cancellation));

        Assert.True(OutboundAddressException.TryFind(exception, out var found), exception.Message);
        Assert.Contains("127.0.0.2", found.Reason, StringComparison.Ordinal);
        Assert.Equal(0, _inside.Accepted);
    }

    [Fact]
    public async Task Connect_OneOfTheAddressesIsInside_GoesToTheOther()
    {
        _answers.Enqueue([Inside, IPAddress.Loopback]);

        using var response = await _http.CreateChannel(Url, null).GetAsync(static _ => { }, Cancellation);

        Assert.Equal((HttpStatusCode.OK, 0), (response.StatusCode, _inside.Accepted));
    }
}
