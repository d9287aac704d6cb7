using System.Collections.Immutable;
using System.Text;
using McpRegistry.Discovery;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>What comes back is what went in, byte by byte and character by character.</content>
public abstract partial class ServerStoreSuite
{
    public static TheoryData<string> RawDocuments =>
    [
        "{\"zeta\":1,\"a\":2,\"bb\":3}",
        "{ \"name\" : \"x\",\r\n\t\"x-unknown\" : { \"deep\" : [ 1 , 2.0 , 3e0 ] } }",
        "{\"n\":123456789012345678901234567890,\"f\":1.10,\"e\":1E400,\"z\":-0}",
        "{\"twice\":1,\"twice\":2}",
        "{\"text\":\"ünï 漢字 😀 \\u0000 \\ud83d\\ude00 \\/ \\u003c\"}",
        "{\"half\":\"\\ud83d\"}",
        "{}",
    ];

    [Theory]
    [MemberData(nameof(RawDocuments))]
    public async Task SaveDiscovery_RawJson_ComesBackByteIdentical(string json)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var bytes = Encoding.UTF8.GetBytes(json);
        var report = Sample.Report([.. Enum.GetValues<CatalogueItemKind>().Select(kind => Sample.Item(kind, "key", 0, json))]);

        await Servers.SaveDiscoveryAsync(Tenant, server.Id, report with { ServerInfo = bytes, Capabilities = bytes }, Cancellation);

        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
        Assert.Equal(bytes, found.ServerInfo.ToArray());
        Assert.Equal(bytes, found.Capabilities.ToArray());
        Assert.Equal(4, found.Items.Length);
        Assert.All(found.Items, item => Assert.Equal(bytes, item.Json.ToArray()));
    }

    [Fact]
    public async Task SaveDiscovery_CallerReusesItsBuffer_StoredBytesStay()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var buffer = "{\"a\":1}"u8.ToArray();
        var report = Sample.Report(Sample.Tool("a", 0) with { Json = buffer }) with { ServerInfo = buffer };
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation);

        buffer.AsSpan().Fill((byte)'x');

        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
        Assert.Equal("{\"a\":1}"u8.ToArray(), found.ServerInfo.ToArray());
        Assert.Equal("{\"a\":1}"u8.ToArray(), found.Items[0].Json.ToArray());
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var server = Sample.Server(Tenant, name: text) with
        {
            Description = text,
            Tags = [text],
            Credential = Sample.Credential(text),
            Endpoints =
            [
                Sample.Endpoint() with
                {
                    Command = text,
                    Arguments = [text, text],
                    Environment = ImmutableDictionary<string, string>.Empty.Add(text, text),
                    Zone = text,
                },
            ],
        };

        await AddServerAsync(server);

        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Server;
        var endpoint = found.Endpoints[0];
        string?[] texts = [found.Name, found.Description, found.Tags[0], endpoint.Command, endpoint.Arguments[1], endpoint.Zone, endpoint.Environment[text]];
        Assert.All(texts, value => Assert.Equal(text, value));
        Assert.Equal(Describe.Server(server), Describe.Server(found with { CreatedAt = server.CreatedAt, UpdatedAt = server.UpdatedAt, Version = server.Version }));
        var second = await Servers.AddAsync(Tenant, Sample.Server(Tenant, name: text), null, Cancellation);
        Assert.Equal("name", second.ConflictField);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task SaveDiscovery_HostileText_ComesBackUnchanged(string text)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var report = Sample.Report([.. Enum.GetValues<CatalogueItemKind>().Select(kind => Sample.Item(kind, text, 0) with { Title = text, Description = text })]) with
        {
            Instructions = text,
            Faults = [new DiscoveryFault(FaultReasons.ProtocolError, text)],
        };

        await Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation);
        var again = await Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation);

        Assert.False(again.Value.Any);
        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
        Assert.Equal(text, found.Instructions);
        Assert.Equal(text, found.Faults[0].Message);
        Assert.Equal(4, found.Items.Length);
        Assert.All(found.Items, item => Assert.Equal((text, text, text), (item.Key, item.Title, item.Description)));
    }

    [Fact]
    public async Task SaveDiscovery_VeryLongKeys_AreKeptApart()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var random = new Random(1);
        var key = "data:" + string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)random.Next('!', '~')));

        var result = await Servers.SaveDiscoveryAsync(
            Tenant, server.Id, Sample.Report(Sample.Tool(key + "a", 0), Sample.Tool(key + "b", 1)), Cancellation);

        Assert.Equal(2, result.Value.Added);
        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
        Assert.Equal([key + "a", key + "b"], found.Items.Select(item => item.Key));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Read_HostileAlias_FindsNothing(string text)
    {
        await AddServerAsync(Sample.Server(Tenant));

        Assert.Null(await Servers.FindByAliasAsync(Tenant, text, Cancellation));
        await Servers.ListAsync(Tenant, text, 10, Cancellation);
    }
}
