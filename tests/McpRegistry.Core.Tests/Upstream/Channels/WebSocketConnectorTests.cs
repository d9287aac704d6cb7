using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.TestSupport.WebSockets;
using Microsoft.AspNetCore.Http;
using Xunit;
using Scripted = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>Opening: eras, refusals and where a connection may go.</summary>
public sealed class WebSocketConnectorTests : WebSocketTest
{
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ConnectAsync_EitherEra_IsFoundOnOneSocket(ProtocolEra era)
    {
        await StartAsync(era);

        await using var connection = await OpenAsync();

        Assert.Equal(era, connection.Handshake.Era);
        Assert.Equal("mcp", Assert.Single(Upstream.Peers).Headers["Sec-WebSocket-Protocol"]);
        Assert.DoesNotContain("Cookie", Upstream.Peers[0].Headers.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(1, Upstream.Accepted);
    }

    [Fact]
    public async Task ConnectAsync_SilentOnDiscover_InitializesOnTheSameSocketAndRemembersIt()
    {
        Limits.StdioProbeTimeout = TimeSpan.FromMilliseconds(100);
        await StartAsync(ProtocolEra.Legacy);
        Upstream.On("server/discover", static _ => Task.CompletedTask);

        await using var first = await OpenAsync();
        await using var second = await OpenAsync();

        Assert.Equal(ProtocolEra.Legacy, second.Handshake.Era);
        Assert.Equal(2, Upstream.Accepted);
        Assert.Single(Upstream.Requests.Of("server/discover"));
    }

    /// <summary>Servers of the session revisions may take anything before initialize for a breach.</summary>
    [Fact]
    public async Task ConnectAsync_HangsUpOnDiscover_InitializesOnANewSocket()
    {
        await StartAsync(ProtocolEra.Legacy);
        Upstream.On("server/discover", static exchange => exchange.Peer.CloseAsync(WebSocketCloseStatus.PolicyViolation));

        await using var connection = await OpenAsync();

        Assert.Equal(ProtocolEra.Legacy, connection.Handshake.Era);
        Assert.Equal(2, Upstream.Accepted);
    }

    [Fact]
    public async Task ConnectAsync_HangsUpOnEverything_FailsAfterTwoSockets()
    {
        await StartAsync(ProtocolEra.Legacy);
        Upstream
            .On("server/discover", static exchange => exchange.Peer.CloseAsync(WebSocketCloseStatus.PolicyViolation))
            .On("initialize", static exchange => exchange.Peer.CloseAsync(WebSocketCloseStatus.PolicyViolation));

        Assert.True((await ConnectAsync()).Fault!.MeansDown);
        Assert.Equal(2, Upstream.Accepted);
        await Upstream.WaitUntilAsync(static upstream => upstream.OpenConnections == 0, "nothing is left open", Cancellation);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:{0}/mcp")]
    [InlineData("ws://rebound.example:{0}/mcp")]
    [InlineData("wss://rebound.example:{0}/mcp")]
    [InlineData("ws://[::ffff:127.0.0.1]:{0}/mcp")]
    public async Task ConnectAsync_AddressIsNotAllowed_NoConnectionIsMade(string url)
    {
        Outbound.AllowLoopback = false;
        Use(string.Format(null, url, Upstream.Url.Port));

        Assert.Equal(FaultReasons.AddressNotAllowed, (await ConnectAsync()).Fault!.Reason);
        Assert.Equal(0, Upstream.OpenConnections);
        Assert.Empty(Upstream.Requests.All);
    }

    [Fact]
    public async Task ConnectAsync_Redirect_IsNotFollowed()
    {
        await using var target = await WebSocketUpstream.StartAsync(Scripted.Modern, Cancellation);
        Upstream.Refusal = http =>
        {
            http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            http.Response.Headers.Location = target.Url.ToString();
            return Task.CompletedTask;
        };

        var fault = (await ConnectAsync()).Fault!;

        Assert.Equal((FaultReasons.HttpError, 307), (fault.Reason, fault.HttpStatus));
        Assert.Equal((0, 0), (target.Accepted, target.OpenConnections));
    }

    [Theory]
    [InlineData(200, FaultReasons.ProtocolError)]
    [InlineData(401, FaultReasons.Unauthorized)]
    [InlineData(404, FaultReasons.HttpError)]
    [InlineData(503, FaultReasons.HttpError)]
    public async Task ConnectAsync_AnswersHttp_NamesTheFault(int status, string reason)
    {
        Upstream.Refusal = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("no socket here");
        };

        Assert.Equal(reason, (await ConnectAsync()).Fault!.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("graphql-ws")]
    public async Task ConnectAsync_OtherSubProtocol_IsRefused(string? subProtocol)
    {
        Upstream.SubProtocol = subProtocol;

        Assert.Equal(FaultReasons.ProtocolError, (await ConnectAsync()).Fault!.Reason);
        await Upstream.WaitUntilAsync(static upstream => upstream.OpenConnections == 0, "nothing is left open", Cancellation);
        Assert.Empty(Upstream.Requests.All);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_IsUnreachable()
    {
        await Upstream.DisposeAsync();

        Assert.Equal(FaultReasons.Unreachable, (await ConnectAsync()).Fault!.Reason);
    }

    [Fact]
    public async Task ConnectAsync_CertificateThatNobodyVouchesFor_IsRefused()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        await using var upstream = await WebSocketUpstream.StartAsync(Scripted.Modern, Cancellation, certificate: certificate);
        Use(upstream.Url.ToString());

        var fault = (await ConnectAsync()).Fault!;

        Assert.Equal("The TLS handshake with the server failed.", fault.Message);
        Assert.Equal(0, upstream.Accepted);
    }

    [Fact]
    public async Task ConnectAsync_NeverAnswers_EndsWithTheTimeoutAndLeavesNoSocket()
    {
        Limits.ConnectTimeout = TimeSpan.FromMilliseconds(300);
        await StartAsync(ProtocolEra.Modern);
        Upstream.On("server/discover", static _ => Task.CompletedTask);

        Assert.Equal(FaultReasons.Timeout, (await ConnectAsync()).Fault!.Reason);
        await Upstream.WaitUntilAsync(static upstream => upstream.OpenConnections == 0, "nothing is left open", Cancellation);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task DisposeAsync_ManyConnections_LeaveNoSocketBehind(ProtocolEra era)
    {
        await StartAsync(era);
        Upstream.On("tools/call", static exchange => exchange.ResultAsync("{}"));
        for (var round = 0; round < 20; round++)
        {
            var connections = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => OpenAsync()));
            await Task.WhenAll(connections.Select(connection => CallAsync(connection)));
            await Task.WhenAll(connections.Select(connection => connection.DisposeAsync().AsTask()));
        }

        Assert.Equal(200, Upstream.Accepted);
        await Upstream.WaitUntilAsync(static upstream => upstream is { Peers.Count: 0, OpenConnections: 0 }, "nothing is left open", Cancellation);
    }
}
