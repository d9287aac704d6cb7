using System.Collections.Immutable;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Discovery;

public sealed class CapabilityDiscoveryTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly UpstreamOptions _options = new() { MaxCatalogueBytes = 20_000, MaxCatalogueItems = 50 };
    private readonly FakeConnection _connection = new(capabilities: """{"tools":{},"resources":{},"prompts":{}}""");
    private readonly Dictionary<McpMethod, Func<string, UpstreamReply>> _lists = [];

    public CapabilityDiscoveryTests()
    {
        _connection.Answers = (request, _) => new(_lists.TryGetValue(request.Method, out var answer)
            ? answer(Message.Text(request.Write(1, _connection.Handshake)))
            : FakeConnection.Result("""{"tools":[],"resources":[],"resourceTemplates":[],"prompts":[]}"""));
    }

    [Fact]
    public async Task RunAsync_Pages_AreFollowedInOrder()
    {
        _lists[McpMethod.ToolsList] = request => FakeConnection.Result(request switch
        {
            _ when request.Contains("\"cursor\":\"\"", StringComparison.Ordinal) => """{"tools":[{"name":"b","title":"B","description":"d"}],"nextCursor":"é\n"}""",
            _ when request.Contains("\"cursor\":\"é\\n\"", StringComparison.Ordinal) => """{"tools":[{"name":"c"}]}""",

            // An empty string is a cursor like any other.
            _ => """{"tools":[{"name":"a","x":1.50}],"nextCursor":""}""",
        });

        var report = await RunAsync();

        Assert.Equal(ServerHealth.Healthy, report.Health);
        Assert.Equal(["a", "b", "c"], report.Items.Select(item => item.Key));
        Assert.Equal([0, 1, 2], report.Items.Select(item => item.Ordinal));
        Assert.Equal("""{"name":"a","x":1.50}""", Message.Text(report.Items[0].Json));
        Assert.Equal(("B", "d"), (report.Items[1].Title, report.Items[1].Description));
    }

    [Fact]
    public async Task RunAsync_CursorLoop_EndsAndKeepsThePages()
    {
        _lists[McpMethod.ToolsList] = request => FakeConnection.Result(request.Contains("cursor", StringComparison.Ordinal)
            ? """{"tools":[{"name":"b"}],"nextCursor":"x"}"""
            : """{"tools":[{"name":"a"}],"nextCursor":"x"}""");

        var report = await RunAsync(Known(CatalogueItemKind.Tool, "old"));

        Assert.Equal(ServerHealth.Degraded, report.Health);
        Assert.Equal(FaultReasons.CursorLoop, Assert.Single(report.Faults).Reason);
        Assert.Equal(["a", "b"], report.Items.Select(item => item.Key));
    }

    [Fact]
    public async Task RunAsync_EndlessPages_AreBoundedBySize()
    {
        var pages = 0;
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result($$"""{"tools":[],"nextCursor":"{{pages++}}"}""");

        var report = await RunAsync();

        // One budget for the whole catalogue: once it is spent the other lists are cut too.
        Assert.All(report.Faults, fault => Assert.Equal(FaultReasons.TooLarge, fault.Reason));
        Assert.InRange(pages, 100, 1000);
    }

    [Fact]
    public async Task RunAsync_TooManyItems_KeepsTheFirstOnes()
    {
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result($$"""{"tools":[{{string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"name":"t{{i}}"}"""))}}]}""");

        var report = await RunAsync();

        Assert.Equal(50, report.Items.Length);
        Assert.Contains(report.Faults, fault => fault.Reason == FaultReasons.TooLarge);
    }

    [Fact]
    public async Task RunAsync_OddEntries_AreLeftOutAndFaultsAreBounded()
    {
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result(
            """{"tools":[{"name":"a"},{"name":"a","second":1},{"name":""},{"name":7},{"name":"\ud800"},{"\udc00":1},"x",[],null,{"name":"b"}]}""");
        _lists[McpMethod.PromptsList] = _ => FakeConnection.Result($$"""{"prompts":[{{string.Join(',', Enumerable.Repeat("{}", 5_000))}}]}""");

        var report = await RunAsync();

        Assert.Equal(["a", "b"], report.Items.Select(item => item.Key));
        Assert.Equal("""{"name":"a"}""", Message.Text(report.Items[0].Json));
        Assert.Equal([0, 1], report.Items.Select(item => item.Ordinal));
        Assert.InRange(report.Faults.Length, 5, 30);
    }

    /// <summary>The gateway puts the alias before the first name; a client that heeds the last one would see another server's tool.</summary>
    [Fact]
    public async Task RunAsync_EntryWithTwoNames_IsLeftOut()
    {
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result(
            """{"tools":[{"name":"a","name":"other__b"},{"name":"c","\u006eame":"other__d"},{"name":"e","inputSchema":{"name":1}}]}""");

        var report = await RunAsync();

        Assert.Equal(["e"], report.Items.Select(item => item.Key));
        Assert.Equal(2, report.Faults.Length);
    }

    /// <summary>In the merged list it would make the entries of all servers unreadable.</summary>
    [Fact]
    public async Task RunAsync_EntryThatParsersRefuse_IsLeftOutAlone()
    {
        var deep = new string('[', 60) + new string(']', 60);
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result(
            $$$"""{"tools":[{"name":"a","inputSchema":{{{deep}}}},{"name":"b"},{"name":"c","description":"\ud800"},{"name":"d","x":{"y":1,"y":2}}]}""");

        var report = await RunAsync();

        Assert.Equal(["b"], report.Items.Select(item => item.Key));
        Assert.Equal(
            ["tools/list: 'a' is left out: it is nested deeper than 48 levels", "tools/list: 'c' is left out: it has text that is not whole Unicode", "tools/list: 'd' is left out: it has a member twice"],
            report.Faults.Select(fault => fault.Message));
    }

    [Theory]
    [InlineData(true, "b d")]
    [InlineData(false, "a b c d")]
    public async Task RunAsync_ToolWithBadAnnotation_IsLeftOutWhereArgumentsGoIntoHeaders(bool mirrors, string kept)
    {
        _connection.Mirrors = mirrors;
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result(
            """{"tools":[{"name":"a","inputSchema":{"properties":{"p":{"x-mcp-header":""}}}},{"name":"b","inputSchema":{"properties":{"p":{"x-mcp-header":"P"}}}},{"name":"c\n","inputSchema":{"items":{"x-mcp-header":"P"}}},{"name":"d"}]}""");

        var report = await RunAsync();

        Assert.Equal(kept.Replace("c", "c\n", StringComparison.Ordinal), string.Join(' ', report.Items.Select(item => item.Key)));
        Assert.Equal(
            mirrors ? ["tools/list: 'a' is left out: x-mcp-header is empty", "tools/list: 'c ' is left out: x-mcp-header stands where no chain of properties leads"] : [],
            report.Faults.Select(fault => fault.Message));
        Assert.Equal(mirrors ? ServerHealth.Degraded : ServerHealth.Healthy, report.Health);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}""")]
    [InlineData(null)]
    public async Task RunAsync_OneListFails_KeepsWhatWasKnownOfIt(string? answer)
    {
        _lists[McpMethod.ResourcesList] = _ => answer is null ? UpstreamReply.Failed(FaultReasons.TooLarge, "large") : Message.Upstream(answer);
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result("""{"tools":[{"name":"new"}]}""");

        var report = await RunAsync([.. Known(CatalogueItemKind.Tool, "old"), .. Known(CatalogueItemKind.Resource, "u:1"), .. Known(CatalogueItemKind.Prompt, "gone")]);

        Assert.Equal(ServerHealth.Degraded, report.Health);
        Assert.True(report.HasItems);
        Assert.Equal(["new", "u:1"], report.Items.Select(item => item.Key));
    }

    [Fact]
    public async Task RunAsync_OneListTooLarge_LeavesRoomForTheOthersAndKeepsWhatWasKnownOfIt()
    {
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result($$"""{"tools":[{"name":"huge","description":"{{new string('x', 30_000)}}"}]}""");
        _lists[McpMethod.PromptsList] = _ => FakeConnection.Result("""{"prompts":[{"name":"p"}]}""");

        var report = await RunAsync(Known(CatalogueItemKind.Tool, "old"));

        Assert.Equal(FaultReasons.TooLarge, Assert.Single(report.Faults).Reason);
        Assert.Equal(["old", "p"], report.Items.Select(item => item.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RunAsync_SecondPageFailsAndNothingWasKnown_KeepsTheFirst()
    {
        _lists[McpMethod.ToolsList] = request => request.Contains("cursor", StringComparison.Ordinal)
            ? UpstreamReply.Failed(FaultReasons.HttpError, "no")
            : FakeConnection.Result("""{"tools":[{"name":"a"}],"nextCursor":"x"}""");

        var report = await RunAsync();

        Assert.Equal("a", Assert.Single(report.Items).Key);
        Assert.Equal(ServerHealth.Degraded, report.Health);
    }

    [Fact]
    public async Task RunAsync_MethodNotFound_IsAnEmptyListWithoutFault()
    {
        _lists[McpMethod.ResourceTemplatesList] = _ => Message.Upstream("""{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}""");

        var report = await RunAsync(Known(CatalogueItemKind.ResourceTemplate, "u:{x}"));

        Assert.Equal(ServerHealth.Healthy, report.Health);
        Assert.Empty(report.Items);
    }

    [Fact]
    public async Task RunAsync_Down_LeavesTheItemsAlone()
    {
        _lists[McpMethod.ResourcesList] = _ => UpstreamReply.Failed(FaultReasons.Unreachable, "down");

        var report = await RunAsync(Known(CatalogueItemKind.Tool, "old"));

        Assert.Equal(ServerHealth.Unhealthy, report.Health);
        Assert.False(report.HasItems);
    }

    [Fact]
    public async Task RunAsync_HangingList_KeepsWhatIsKnownOfAllThatWereNotRead()
    {
        var asked = new TaskCompletionSource();
        _connection.Answers = async (request, cancellation) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return default;
        };
        var known = ImmutableArray.Create<CatalogueItem>(
            [.. Known(CatalogueItemKind.Tool, "t"), .. Known(CatalogueItemKind.Resource, "r"), .. Known(CatalogueItemKind.Prompt, "p")]);
        var running = RunAsync(known);
        await asked.Task;
        _clock.Advance(_options.DiscoveryTimeout);

        var report = await running;

        Assert.Equal(FaultReasons.Timeout, Assert.Single(report.Faults).Reason);
        Assert.Equal(["t", "r", "p"], report.Items.Select(item => item.Key));
    }

    [Fact]
    public async Task RunAsync_UndeclaredFeature_IsNotAskedFor()
    {
        var asked = new List<McpMethod>();
        var connection = new FakeConnection(capabilities: """{"prompts":{}}""");
        connection.Answers = (request, _) =>
        {
            asked.Add(request.Method);
            return new(FakeConnection.Result("""{"prompts":[]}"""));
        };

        await new CapabilityDiscovery(Options.Create(_options), _clock).RunAsync(connection, [], CancellationToken.None);

        Assert.Equal([McpMethod.PromptsList], asked);
    }

    [Fact]
    public async Task RunAsync_ModernServer_HintsAreThoseOfItsPages()
    {
        var connection = new FakeConnection(ProtocolEra.Modern, """{"tools":{},"resources":{}}""");
        connection.Answers = (request, _) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return new(request.Method switch
            {
                McpMethod.ToolsList when Message.Text(request.Write(1, connection.Handshake)).Contains("cursor", StringComparison.Ordinal) =>
                    FakeConnection.Result("""{"tools":[],"ttlMs":3000,"cacheScope":"public"}"""),
                McpMethod.ToolsList => FakeConnection.Result("""{"tools":[],"ttlMs":9000,"cacheScope":"public","nextCursor":"2"}"""),
                McpMethod.ResourcesList => FakeConnection.Result("""{"resources":[],"ttlMs":9000,"cacheScope":"private"}"""),
                _ => FakeConnection.Error(-32000),
            });
        };
        var began = _clock.GetTimestamp();

        var hints = (await new CapabilityDiscovery(Options.Create(_options), _clock).RunAsync(connection, [], CancellationToken.None)).Hints;

        Assert.Equal(new ReadHint(new CacheHint(3000, IsPublic: true), began + TimeSpan.TicksPerSecond), hints.Of(CatalogueItemKind.Tool));
        Assert.Equal(new CacheHint(9000, IsPublic: false), hints.Of(CatalogueItemKind.Resource).Said);

        // That list could not be read; and that there are no prompts, the server said with its description.
        Assert.Equal(default, hints.Of(CatalogueItemKind.ResourceTemplate));
        Assert.Equal(hints.Self, hints.Of(CatalogueItemKind.Prompt));
    }

    [Fact]
    public async Task RunAsync_LegacyServer_ItsHintsMeanNothing()
    {
        _lists[McpMethod.ToolsList] = _ => FakeConnection.Result("""{"tools":[],"ttlMs":3000,"cacheScope":"public"}""");

        var hints = (await new CapabilityDiscovery(Options.Create(_options), _clock).RunAsync(_connection, [], CancellationToken.None)).Hints;

        Assert.Equal(new ReadHint(default, _clock.GetTimestamp()), hints.Of(CatalogueItemKind.Tool));
    }

    private async Task<DiscoveryReport> RunAsync(ImmutableArray<CatalogueItem> known = default)
    {
        var discovery = new CapabilityDiscovery(Options.Create(_options), _clock);
        return (await discovery.RunAsync(_connection, known.IsDefault ? [] : known, CancellationToken.None)).Report;
    }

    private static ImmutableArray<CatalogueItem> Known(CatalogueItemKind kind, string key) =>
        [new CatalogueItem { Kind = kind, Key = key, Ordinal = 0, Json = Message.Utf8($$"""{"name":"{{key}}"}""") }];
}
