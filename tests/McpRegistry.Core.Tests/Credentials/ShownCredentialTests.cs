using System.Collections.Immutable;
using System.Net;
using McpRegistry.Core.Tests.Upstream.Channels;
using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Core.Tests.Credentials;

/// <summary>Every request of every transport shows the credential, and only to the server that it is for.</summary>
public sealed class ShownCredentialTests : CredentialTransportTest
{
    [Fact]
    public async Task Connect_ModernServer_IsShownTheHeaders()
    {
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Headers("X-Key", "k3y"));

        await CallAsync(await OpenAsync());

        Assert.All(Upstream.Requests.All, static request => Assert.Equal("k3y", request.Headers["X-Key"]));
        Assert.Equal(["server/discover", "tools/list"], Upstream.Requests.All.Select(static request => request.Method));
    }

    [Fact]
    public async Task Connect_LegacyServer_IsShownTheCredentialByEveryVerb()
    {
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Legacy), Basic());
        var connection = await OpenAsync();
        using var watching = new CancellationTokenSource();
        var watch = connection.WatchAsync(new Silent(), watching.Token);
        await Upstream.WaitUntilAsync(static upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);

        await CallAsync(connection);
        await watching.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        await connection.DisposeAsync();

        Assert.Equal(["DELETE", "GET", "POST"], Upstream.Requests.All.Select(static request => request.Verb).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(Upstream.Requests.All, static request => Assert.Equal("Basic w7xzZXI6cDpzw6Rzcw==", request.Headers["Authorization"]));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Call_ServerRedirects_ShowsTheCredentialToNobodyElse(int status)
    {
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Headers("X-Key", "k3y"));
        await using var other = await ScriptedUpstream.StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Cancellation);
        var connection = await OpenAsync();
        Upstream.On("tools/list", exchange =>
        {
            exchange.Header("Location", other.Url.ToString());
            return exchange.StatusAsync(status);
        });

        Assert.False((await CallAsync(connection)).Answered);

        Assert.Empty(other.Requests.All);
    }

    [Fact]
    public async Task Connect_PlainHttpBeyondLoopback_SendsNothing()
    {
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Headers("X-Key", "k3y"), "http://public.example:9/mcp");

        Assert.Equal(FaultReasons.AddressNotAllowed, (await ConnectAsync()).Fault!.Reason);
    }

    [Fact]
    public async Task Connect_SealedByOtherKeys_IsAFaultAndSendsNothing()
    {
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Headers("X-Key", "k3y"));
        Server = Server with { Id = Guid.CreateVersion7() };

        Assert.Equal(FaultReasons.CredentialFailed, (await ConnectAsync()).Fault!.Reason);
        Assert.Empty(Upstream.Requests.All);
    }

    [Fact]
    public async Task Connect_WebSocket_ShowsTheCredentialInTheHandshake()
    {
        await using var upstream = await McpRegistry.TestSupport.WebSockets.WebSocketUpstream.StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Cancellation);
        var shown = "";
        upstream.Admits = request => (shown = request.Headers["X-Key"].ToString()) == "k3y";
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Headers("X-Key", "k3y"), upstream.Url.ToString(), TransportKind.WebSocket);

        await OpenAsync();

        Assert.Equal("k3y", shown);
    }

    [Fact]
    public async Task Connect_WebSocketOfTokens_IsOpenedAfterTheRefusal()
    {
        await using var upstream = await McpRegistry.TestSupport.WebSockets.WebSocketUpstream.StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), Cancellation);
        var shown = new List<string>();
        upstream.Admits = request =>
        {
            shown.Add(request.Headers.Authorization.ToString());
            return shown[^1] == "Bearer 2";
        };
        await StartAsync(
            UpstreamOptionsOf(ProtocolEra.Modern), (new ServerCredential { Kind = CredentialKind.Provider, Provider = "counting" }, null), upstream.Url.ToString(), TransportKind.WebSocket);

        await OpenAsync();

        Assert.Equal(["Bearer 1", "Bearer 2"], shown);
    }

    [Fact]
    public async Task Connect_ProviderThatRestMayNotUse_IsNotAsked()
    {
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), (new ServerCredential { Kind = CredentialKind.Provider, Provider = "counting" }, null));
        Server = Server with { Origin = ServerOrigin.Api };

        Assert.Equal(FaultReasons.CredentialFailed, (await ConnectAsync()).Fault!.Reason);
        Assert.Equal(0, Provider.Asked);
    }

    [Fact]
    public async Task Call_ProviderGivesHostileHeaders_LeavesThoseOut()
    {
        Provider.Headers = ImmutableDictionary<string, string>.Empty.Add("Host", "evil").Add("X-A", "a\r\nX-B: b").Add("X-C", "c");
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), (new ServerCredential { Kind = CredentialKind.Provider, Provider = "counting" }, null));

        await OpenAsync();

        var headers = Upstream.Requests.All[0].Headers;
        Assert.Equal(("c", false, false), (headers["X-C"], headers.ContainsKey("X-A"), headers["Host"].Contains("evil", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Connect_ProviderFails_IsAFaultWithoutItsWords()
    {
        Provider.Failure = new InvalidOperationException("the s3cret is wrong");
        await StartAsync(UpstreamOptionsOf(ProtocolEra.Modern), (new ServerCredential { Kind = CredentialKind.Provider, Provider = "counting" }, null));

        var fault = (await ConnectAsync()).Fault!;

        Assert.Equal((FaultReasons.CredentialFailed, "The credential provider of the host gives none for this server."), (fault.Reason, fault.Message));
    }

    private static (ServerCredential, CredentialSecrets?) Headers(string name, string value) => (
        new ServerCredential { Kind = CredentialKind.Headers, HeaderNames = [name] },
        new CredentialSecrets { Headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { [name] = value } });

    private static (ServerCredential, CredentialSecrets?) Basic() =>
        (new ServerCredential { Kind = CredentialKind.Basic, UserName = "üser" }, new CredentialSecrets { Main = "p:säss" });

    private sealed class Silent : IUpstreamListener
    {
        public void Notified(McpRegistry.Protocol.UpstreamMessage notification)
        {
        }

        public bool TryAsk(UpstreamQuestion question) => false;

        public void Missed()
        {
        }
    }
}
