using System.Text.Json.Nodes;
using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using McpRegistry.Watching;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

/// <summary>Several servers ask one legacy client what belongs to no call, each counting its questions for itself.</summary>
public sealed class UnaskedQuestionsTests : IAsyncLifetime
{
    private readonly GatewayFixture _gateway = new();
    private readonly CancellationTokenSource _hangUp = new();
    private readonly ClientSessions _sessions;
    private readonly ChannelStream _stream = new();
    private readonly AskingServer _one = new();
    private readonly AskingServer _two = new();
    private readonly string _sessionId;
    private readonly SessionFeeds _feeds;
    private Task _pumping = Task.CompletedTask;

    public UnaskedQuestionsTests()
    {
        _sessions = new ClientSessions(Options.Create(new GatewayOptions()), _gateway.Clock);
        _sessionId = _sessions.Open("p", null, "2025-11-25", ClientProfile.Of("""{"roots":{}}"""u8, ProtocolEra.Legacy))!.Id;
        _feeds = new SessionFeeds(_gateway.Watching);
    }

    private ClientSession Session => _sessions.Find(_sessionId, null)!;

    public async ValueTask InitializeAsync()
    {
        var feed = _feeds.Of(Session, _gateway.Caller);
        foreach (var (alias, server) in new[] { ("one", _one), ("two", _two) })
        {
            var entry = SnapshotSample.Entry(alias, connections: server, era: ProtocolEra.Legacy);
            _gateway.Snapshots.Set(entry);
            feed.Use(entry);
        }

        Session.Attach(_stream);
        _pumping = feed.PumpAsync(_stream, _hangUp.Token);
        await Task.WhenAll(_one.Heard, _two.Heard);
    }

    public async ValueTask DisposeAsync()
    {
        await _hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _pumping);
        _hangUp.Dispose();
        _sessions.Dispose();
    }

    [Fact]
    public async Task TakenBack_OneOfTwoWithTheSameId_TheOtherCanStillBeAnswered()
    {
        var (first, second) = await AskAsync();

        _one.TakeBack();
        Assert.Equal(first, (string?)(await _stream.NextAsync())["params"]!["requestId"]);

        Answer(second);
        Assert.Equal("""{"jsonrpc":"2.0","id":0,"result":{"roots":[]}}""", await _two.Answer);
        Assert.False(_one.IsAnswered);
    }

    [Fact]
    public async Task Unanswered_TheOtherWithTheSameIdWas_ItsServerIsToldSo()
    {
        var (first, _) = await AskAsync();
        Answer(first);
        await _one.Answer;

        _gateway.Clock.Advance(_gateway.Options.QuestionTimeout);

        Assert.Contains("-32603", await _two.Answer, StringComparison.Ordinal);
    }

    private async Task<(string First, string Second)> AskAsync()
    {
        Assert.True(_one.Ask());
        var first = await _stream.NextAsync();
        Assert.True(_two.Ask());
        return (Id(first), Id(await _stream.NextAsync()));
    }

    private static string Id(JsonObject question) => (string)question["id"]!;

    private void Answer(string id) => Session.Questions.Answer(id, Message.Utf8("""{"roots":[]}"""), isError: false);
}
