using McpRegistry.AccessControl;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <content>Catalogues of servers that do not tell of changes, which are read again when somebody asks for them.</content>
public sealed partial class ServerSupervisorTests
{
    private const string AnnouncesTools = """{"tools":{"listChanged":true}}""";

    /// <summary>The interval and the most that is added to it.</summary>
    private static readonly TimeSpan Rest = new UpstreamOptions().CatalogueRefreshInterval * 1.25;

    private string _tool = "old";
    private int _lists;
    private int _listing;
    private int _mostListing;

    [Theory]
    [InlineData(ProtocolEra.Legacy)]
    [InlineData(ProtocolEra.Modern)]
    public async Task Renew_ServerThatTellsOfNothing_IsReadAfterTheInterval(ProtocolEra era)
    {
        await ReadAsync(new FakeConnection(era));
        _tool = "new";
        _clock.Clock.Advance(Rest);
        Ask();

        await ExpectAsync("new");
    }

    [Fact]
    public async Task Renew_BeforeTheIntervalIsOver_DoesNothing()
    {
        await ReadAsync(new FakeConnection());
        _clock.Clock.Advance(new UpstreamOptions().CatalogueRefreshInterval * 0.99);
        await ExpectNoReadingAsync(() => Ask());
    }

    [Fact]
    public async Task Renew_NobodyAsks_NobodyReads()
    {
        await ReadAsync(new FakeConnection());
        await ExpectNoReadingAsync(() => _clock.Clock.Advance(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Renew_ServerThatAnnouncesItsChanges_IsLeftAlone()
    {
        await ReadAsync(new FakeConnection(capabilities: AnnouncesTools));
        _clock.Clock.Advance(TimeSpan.FromHours(1));
        await ExpectNoReadingAsync(() => Ask());
    }

    [Fact]
    public async Task Renew_ListThatTheServerDoesNotHave_IsNotReadFor()
    {
        await ReadAsync(new FakeConnection());
        _clock.Clock.Advance(Rest);
        await ExpectNoReadingAsync(() => Ask(ListKinds.Prompts));
    }

    /// <summary>Else nobody could keep it any more, although its server says for how long.</summary>
    [Theory]
    [InlineData("""{"tools":{}}""")]
    [InlineData(AnnouncesTools)]
    public async Task Renew_LifeOfTheList_IsReadWhenItHasRunOut(string capabilities)
    {
        await ReadAsync(new FakeConnection(ProtocolEra.Modern, capabilities), ttlMs: 300_000);
        _clock.Clock.Advance(2 * Rest);
        await ExpectNoReadingAsync(() => Ask());
        _tool = "new";
        _clock.Clock.Advance(TimeSpan.FromMinutes(5));
        Ask();

        await ExpectAsync("new");
    }

    /// <summary>The server may be another version, whatever it announces from here on.</summary>
    [Fact]
    public async Task Renew_SessionWasOpenedAnew_IsRead()
    {
        var connection = new FakeConnection(capabilities: AnnouncesTools);
        await ReadAsync(connection);
        connection.Reopen();
        _tool = "new";
        _clock.Clock.Advance(Rest);
        Ask();

        await ExpectAsync("new");
    }

    [Fact]
    public async Task Renew_NothingNew_RenewsTheHintAndNothingElse()
    {
        _store.Keeps = true;
        await ReadAsync(new FakeConnection(ProtocolEra.Modern), ttlMs: 60_000);
        var (snapshot, saved, changes) = (_snapshots.Current, _store.Saved, new Heard());
        using var listening = _snapshots.Changes.Listen(changes);
        _clock.Clock.Advance(Rest);
        Assert.Equal(0, Left());
        Ask();

        // This reads once more after the one that was asked for.
        await Entry!.Connections.RereadAsync(CancellationToken.None);

        Assert.Equal(60_000, Left());
        Assert.Same(snapshot, _snapshots.Current);
        Assert.Equal(saved, _store.Saved);
        Assert.Equal(0, changes.Count);
    }

    [Fact]
    public async Task Renew_SomethingNew_IsAnnouncedAndStored()
    {
        _store.Keeps = true;
        await ReadAsync(new FakeConnection());
        var (saved, changes) = (_store.Saved, new Heard());
        using var listening = _snapshots.Changes.Listen(changes);
        _tool = "new";
        _clock.Clock.Advance(Rest);
        Ask();
        await Entry!.Connections.RereadAsync(CancellationToken.None);

        Assert.Equal((1, saved + 1), (changes.Count, _store.Saved));
    }

    [Fact]
    public async Task Renew_ManyAsk_ReadsOnce()
    {
        var connection = new FakeConnection();
        await ReadAsync(connection);
        var before = _lists;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate = gate.Task;
        _clock.Clock.Advance(Rest);
        for (var i = 0; i < 100; i++)
        {
            Ask();
        }

        var next = Entry!.Connections.RereadAsync(CancellationToken.None);
        gate.SetResult();
        await next;

        Assert.Equal((1, before + 2), (_mostListing, _lists));
    }

    private Task _gate = Task.CompletedTask;

    /// <summary>Has a server connected and read, and that reading ended.</summary>
    private async Task ReadAsync(FakeConnection connection, int ttlMs = 0)
    {
        connection.Answers = async (_, _) =>
        {
            Interlocked.Increment(ref _lists);
            _mostListing = Math.Max(_mostListing, Interlocked.Increment(ref _listing));
            await _gate;
            Interlocked.Decrement(ref _listing);
            return FakeConnection.Result($$"""{"tools":[{"name":"{{_tool}}"}],"ttlMs":{{ttlMs}},"cacheScope":"private"}""");
        };
        await SaveAsync(connection);
        await connection.Watched;
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
    }

    private void Ask(ListKinds list = ListKinds.Tools) => Entry!.Connections.Renew(list, Entry.Hints.Of(CatalogueItemKind.Tool));

    private long Left() => Entry!.Hints.Of(CatalogueItemKind.Tool).Now(_clock).TtlMs;

    private async Task ExpectAsync(string tool)
    {
        for (var attempt = 0; attempt < 2_000 && Entry!.Report!.Items[0].Key != tool; attempt++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(tool, Entry!.Report!.Items[0].Key);
    }

    /// <summary>A further reading comes after one that something gave rise to, so that both are counted by then.</summary>
    private async Task ExpectNoReadingAsync(Action something)
    {
        var before = _lists;
        something();
        await Entry!.Connections.RereadAsync(CancellationToken.None);
        Assert.Equal(before + 1, _lists);
    }

    private sealed class Heard : ICatalogueListener
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Changed(RegisteredServer server, ListKinds kinds)
        {
            if (kinds != ListKinds.None)
            {
                Interlocked.Increment(ref _count);
            }
        }

        public void AccessChanged(RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after)
        {
        }
    }
}
