using System.Net;
using System.Net.Sockets;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class OutboundConnectorTests : IAddressResolver
{
    private readonly Queue<IPAddress[]> _answers = [];

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => new(_answers.Dequeue());

    [Fact]
    public async Task ConnectAsync_NameOfInternalAddress_IsRefused()
    {
        _answers.Enqueue([IPAddress.Loopback, IPAddress.Parse("10.0.0.1")]);
        var connector = new OutboundConnector(OutboundAddressPolicyTests.Policy(), this);

        var exception = await Assert.ThrowsAsync<OutboundAddressException>(async () => await connector.ConnectAsync("rebound.example", 443, true, CancellationToken.None));

        Assert.Contains("127.0.0.1", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_NameWithoutAddress_IsRefused()
    {
        _answers.Enqueue([]);
        var connector = new OutboundConnector(OutboundAddressPolicyTests.Policy(), this);

        await Assert.ThrowsAsync<OutboundAddressException>(async () => await connector.ConnectAsync("empty.example", 443, true, CancellationToken.None));
    }

    [Fact]
    public async Task ConnectAsync_PlainHttpBeyondLoopback_IsRefused()
    {
        _answers.Enqueue([IPAddress.Parse("1.1.1.1")]);
        var connector = new OutboundConnector(OutboundAddressPolicyTests.Policy(), this);

        var exception = await Assert.ThrowsAsync<OutboundAddressException>(async () => await connector.ConnectAsync("plain.example", 80, false, CancellationToken.None));

        Assert.Contains("AllowHttp", exception.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com", true)]
    [InlineData("wss://example.com", true)]
    [InlineData("http://example.com", false)]
    [InlineData("ws://example.com", false)]
    public void IsEncrypted_Scheme_Decides(string url, bool expected) => Assert.Equal(expected, OutboundConnector.IsEncrypted(new Uri(url)));

    [Fact]
    public async Task ConnectAsync_SomeAddressesAllowed_ConnectsToThoseWithOneLookUp()
    {
        using var listener = Listen();
        _answers.Enqueue([IPAddress.Parse("10.0.0.1"), IPAddress.Loopback]);
        _answers.Enqueue([IPAddress.Parse("10.0.0.1")]);
        var connector = new OutboundConnector(OutboundAddressPolicyTests.Policy(options => options.AllowLoopback = true), this);

        await using var stream = await connector.ConnectAsync("mixed.example", Port(listener), true, CancellationToken.None);

        Assert.True(Assert.IsType<NetworkStream>(stream).Socket.NoDelay);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)((NetworkStream)stream).Socket.RemoteEndPoint!).Address);
        Assert.Single(_answers);
    }

    [Fact]
    public async Task ConnectAsync_AllowedAddressThatRefuses_IsNoPolicyFault()
    {
        var listener = Listen();
        var port = Port(listener);
        listener.Dispose();
        _answers.Enqueue([IPAddress.Loopback]);
        var connector = new OutboundConnector(OutboundAddressPolicyTests.Policy(options => options.AllowLoopback = true), this);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(async () => await connector.ConnectAsync("down.example", port, true, CancellationToken.None));

        Assert.False(OutboundAddressException.TryFind(exception, out _));
        Assert.IsType<SocketException>(exception.InnerException);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("http://0177.1:9/")]
    [InlineData("http://[::ffff:7f00:1]:9/")]
    [InlineData("http://2130706433:9/")]
    public async Task ConnectAsync_AsCallback_ShowsItsReasonThroughTheClient(string url)
    {
        var connector = new OutboundConnector(OutboundAddressPolicyTests.Policy(), this);
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = connector.ConnectAsync, UseProxy = false, AllowAutoRedirect = false });

        var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(new Uri(url)));

        Assert.True(OutboundAddressException.TryFind(exception, out var found));
        Assert.Contains("loopback", found.Reason, StringComparison.Ordinal);
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static int Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;
}
