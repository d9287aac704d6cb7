using System.Net;
using McpRegistry.Core.Tests.Credentials;
using McpRegistry.Core.Tests.Servers;
using McpRegistry.Credentials;
using McpRegistry.Credentials.OAuth;
using McpRegistry.Gateway;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using UpstreamOptions = McpRegistry.Upstream.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>
/// URLs that lead inside, in the forms in which they have got past others. Each is refused, as a server, as a token endpoint and as a place
/// of metadata: at the latest when the socket is to be opened. Names are resolved to what they hide.
/// </summary>
public sealed class InternalAddressTests : IAddressResolver, IDisposable
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["metadata.google.internal"] = "169.254.169.254",
        ["127.0.0.1.nip.io"] = "127.0.0.1",
        ["localtest.me"] = "::1",
        ["mapped.example"] = "::ffff:10.0.0.1",
        ["router.example"] = "192.168.1.1",
        ["printer"] = "10.1.2.3",
        ["kubernetes.default.svc"] = "fd00::1",
        ["one.one.one.one.evil.example"] = "0.0.0.0",
    };

    private readonly RegistryFixture _fixture = new();
    private readonly UpstreamHttp _http;
    private int _resolved;

    public InternalAddressTests()
    {
        _fixture.Services.AddSingleton<ISecretProtector>(new TestProtector());
        _http = new UpstreamHttp(
            Options.Create(new UpstreamOptions()), Options.Create(new GatewayOptions()), new OutboundConnector(OutboundAddressPolicyTests.Policy(), this));
    }

    public static TheoryData<string> Urls =>
    [
        // IPv4: dotted, short, decimal, octal, hex, mixed, with zeros and dots around it.
        "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/",
        "https://017700000001/", "https://0x7f.1/", "https://127.0.0.1./", "https://00000177.0.0.1/", "https://10.0.0.1/", "https://167772161/", "https://0xa.0.0.1/",
        "https://012.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://3232235521/", "https://192.168.1/",

        // Metadata, shared, special and never.
        "https://169.254.169.254/latest/meta-data", "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://169.16689662/",
        "https://100.100.100.200/", "https://168.63.129.16/", "https://192.0.0.192/", "https://100.64.0.1/", "https://198.18.0.1/", "https://198.19.255.255/",
        "https://0.0.0.0/", "https://0/", "https://0.1.2.3/", "https://224.0.0.1/", "https://239.255.255.255/", "https://240.0.0.1/", "https://255.255.255.255/",
        "https://192.0.2.1/", "https://198.51.100.1/", "https://203.0.113.1/",

        // IPv6, and IPv4 inside of it.
        "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:a9fe:a9fe]/",
        "https://[::127.0.0.1]/", "https://[::7f00:1]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::10.0.0.1]/", "https://[64:ff9b:1::1]/",
        "https://[2002:7f00:1::]/", "https://[2002:a00:1::]/", "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/",
        "https://[fe80::1%251]/", "https://[fc00::1]/", "https://[fd12:3456::1]/", "https://[fd00:ec2::254]/", "https://[fec0::1]/", "https://[ff02::1]/",
        "https://[100::1]/", "https://[2001:db8::1]/", "https://[::ffff:0:127.0.0.1]/", "https://[4000::1]/",

        // Names.
        "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://a.localhost./", "https://metadata.google.internal/",
        "https://127.0.0.1.nip.io/", "https://localtest.me/", "https://mapped.example/", "https://router.example/", "https://printer/",
        "https://kubernetes.default.svc/", "https://one.one.one.one.evil.example/",

        // Who the host is depends on the reader.
        "https://example.com@127.0.0.1/", "https://127.0.0.1:80@127.0.0.1/", "https://example.com:x@[::1]/", "https://127.0.0.1\\@example.com/",
        "https://example.com\\@127.0.0.1/", "https://127.0.0.1#@example.com/", "https://127.0.0.1%23.example.com/", "https://127\u30020\u30020\u30021/",
        "https://\uff11\uff12\uff17.0.0.1/", "https://\u2460\u2461\u2466.0.0.1/", "https://127.0.0.1%00.example.com/", "https://127.0.0.1\t.example.com/", " https://127.0.0.1/",

        // Not HTTP.
        "file:///etc/passwd", "file://localhost/etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_x", "dict://127.0.0.1/", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/",
        "data:text/plain,x", "unix:/var/run/docker.sock", "\\\\127.0.0.1\\share", "//127.0.0.1/", "127.0.0.1", "http://1.1.1.1/", "ws://1.1.1.1/",
    ];

    public void Dispose()
    {
        _fixture.Dispose();
        _http.Dispose();
    }

    ValueTask<IPAddress[]> IAddressResolver.ResolveAsync(string host, CancellationToken cancellationToken)
    {
        _resolved++;
        return new(Names.TryGetValue(host.TrimEnd('.'), out var address) ? [IPAddress.Parse(address)] : [IPAddress.Loopback]);
    }

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task Server_ThatLeadsInside_IsRefused(string url)
    {
        var faults = _fixture.Validate(new ServerDefinition { Name = "a", Url = url });
        if (faults.Count == 0)
        {
            await AssertNoSocketAsync(new Uri(url));
        }
    }

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task TokenEndpoint_ThatLeadsInside_IsRefused(string url)
    {
        var credential = new CredentialDefinition { Type = CredentialKind.ClientCredentials, ClientId = "c", ClientSecret = "s", TokenEndpoint = url };
        var faults = _fixture.Validate(new ServerDefinition { Name = "a", Url = "https://example.com", Credential = credential });
        if (faults.Count == 0)
        {
            var asked = await Assert.ThrowsAsync<CredentialException>(() => new MetadataClient(_http).PostAsync(new Uri(url), [], null, CancellationToken.None));
            Assert.Contains("may not connect to", asked.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task Metadata_ThatLeadInside_AreNotAskedFor(string url)
    {
        // What a server names; nobody has judged it before.
        if (MetadataClient.ReadUrl(url) is { } read)
        {
            var asked = await Assert.ThrowsAsync<CredentialException>(() => new MetadataClient(_http).GetAsync(read, CancellationToken.None));
            Assert.Contains("may not connect to", asked.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Server_OfAPublicName_IsTriedToReach()
    {
        // The table above would be worth nothing if everything was refused.
        Assert.Empty(_fixture.Validate(new ServerDefinition { Name = "a", Url = "https://printer/" }));
        await AssertNoSocketAsync(new Uri("https://printer/"));
        Assert.Equal(1, _resolved);
    }

    private async Task AssertNoSocketAsync(Uri url)
    {
        var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => _http.CreateChannel(url, null).GetAsync(static _ => { }, CancellationToken.None));
        Assert.True(OutboundAddressException.TryFind(exception, out _), exception.Message);
    }
}
