using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Caching;

public sealed class CacheInvalidationTests
{
    private static readonly string[] Lists = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];

    private readonly CachedGateway _gateway = new();

    [Theory]
    [InlineData("notifications/tools/list_changed", "tools/list")]
    [InlineData("notifications/prompts/list_changed", "prompts/list")]
    [InlineData("notifications/resources/list_changed", "resources/list resources/templates/list resources/read")]
    [InlineData("", "tools/list prompts/list resources/list resources/templates/list resources/read")]
    public async Task Changed_Announced_ForgetsWhatItIsAbout(string notification, string forgotten)
    {
        await AskAllAsync();

        _gateway.Fixture.Cache.Changed(_gateway.Id, McpMethods.Parse(Protocol.Message.Utf8(notification)));

        Assert.Equal(forgotten.Split(' '), await AskAllAsync());
        Assert.Empty(await AskAllAsync());
    }

    [Fact]
    public async Task Changed_OtherServer_ForgetsNothing()
    {
        await AskAllAsync();

        _gateway.Fixture.Cache.Changed(Guid.Empty, McpMethod.Unknown);

        Assert.Empty(await AskAllAsync());
    }

    [Theory]
    [InlineData("u:1", 1)]
    [InlineData("u:1/part", 1)]
    [InlineData("u:2", 0)]
    public async Task Updated_Resource_IsForgotten(string uri, int asked)
    {
        await AskAllAsync();
        var before = _gateway.Asked;

        _gateway.Fixture.Cache.Updated(_gateway.Id, uri);
        await AskAllAsync();

        Assert.Equal(asked, _gateway.Asked - before);
    }

    [Fact]
    public async Task Updated_EveryCallersCopy_IsForgotten()
    {
        await _gateway.As("a").ReadAsync();
        await _gateway.As("b").ReadAsync();

        _gateway.Fixture.Cache.Updated(_gateway.Id, "u:1");

        Assert.Equal((0, 0L), (_gateway.Fixture.Cache.Count, _gateway.Fixture.Cache.Bytes));
    }

    /// <summary>The answer may be from before the change.</summary>
    [Fact]
    public async Task Changed_WhileTheServerIsAsked_ItsAnswerIsNotKept()
    {
        var gate = new TaskCompletionSource<UpstreamReply>();
        _gateway.Answers = () => new(gate.Task);
        var reading = _gateway.ReadAsync();
        _gateway.Fixture.Cache.Changed(_gateway.Id, McpMethod.ToolsListChanged);
        gate.SetResult(FakeConnection.Result(CachedGateway.Keepable));

        Assert.Equal(1000, (int)(await reading)["result"]!["ttlMs"]!);
        Assert.Equal(0, _gateway.Fixture.Cache.Count);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Reading_OfTheCatalogue_ForgetsAllWhenItIsAnotherOne(int tools, bool isKept)
    {
        await _gateway.ReadAsync();

        _gateway.Fixture.Snapshots.Change(_gateway.Id, entry => entry with { Report = entry.Report! with { Items = [.. SnapshotSample.Tools(tools)] } });
        await _gateway.ReadAsync();

        Assert.Equal(isKept ? 1 : 2, _gateway.Asked);
        Assert.Equal(1, _gateway.Fixture.Cache.Count);
    }

    /// <summary>Another URL, other credentials, another registration of the same name: none of them gave this answer.</summary>
    [Fact]
    public async Task Server_ReachedInAnotherWay_ForgetsAll()
    {
        await _gateway.ReadAsync();
        var old = _gateway.Entry.Connections;
        var successor = new GatewayFixture { Connection = new FakeConnection(ProtocolEra.Modern) };

        _gateway.Fixture.Snapshots.Change(_gateway.Id, entry => entry with { Connections = successor });
        var answer = await _gateway.ReadAsync();

        Assert.Equal("{}", answer["result"]!.ToJsonString());
        Assert.Equal(0, _gateway.Fixture.Cache.Count);

        // The end of the old one is told late and is none of the new one's business.
        successor.Connection.Answers = static (_, _) => new(FakeConnection.Result(CachedGateway.Keepable));
        await _gateway.ReadAsync();
        _gateway.Fixture.Cache.Removed(_gateway.Id, old);
        Assert.Equal(1, _gateway.Fixture.Cache.Count);
        _gateway.Fixture.Cache.Removed(_gateway.Id, successor);
        Assert.Equal(0, _gateway.Fixture.Cache.Count);
    }

    [Fact]
    public async Task Server_RemovedWhileItIsAsked_NothingIsKept()
    {
        var gate = new TaskCompletionSource<UpstreamReply>();
        _gateway.Answers = () => new(gate.Task);
        var reading = _gateway.ReadAsync();
        _gateway.Fixture.Snapshots.Remove(_gateway.Id);
        _gateway.Fixture.Cache.Removed(_gateway.Id, _gateway.Fixture);
        gate.SetResult(FakeConnection.Result(CachedGateway.Keepable));
        await reading;

        Assert.Equal(0, _gateway.Fixture.Cache.Count);
    }

    /// <summary>Asks for everything and tells what the server heard of.</summary>
    private async Task<List<string>> AskAllAsync()
    {
        var asked = new List<string>();
        foreach (var method in Lists.Append("resources/read"))
        {
            var before = _gateway.Asked;
            await _gateway.CallAsync(method, method == "resources/read" ? "\"uri\":\"u:1\"" : "");
            if (_gateway.Asked > before)
            {
                asked.Add(method);
            }
        }

        return asked;
    }
}
