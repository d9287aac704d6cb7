using McpRegistry.AccessControl;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>Who listens to lists hears when the clock, and nobody else, changes what rules say.</summary>
public sealed class AccessTurnTests
{
    private static readonly TenantId A = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly Guid User = new(3, 0, 0, new byte[8]);

    private readonly RegistrySnapshots _snapshots = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly AccessFixture _access;
    private readonly Listener _listener;

    public AccessTurnTests()
    {
        _access = new AccessFixture(_snapshots, _clock);
        _listener = new Listener(AccessFixture.Caller(A, User));
    }

    [Fact]
    public void Hours_BeginAndEnd_AreHeardAtTheirMinuteAndNotBefore()
    {
        var server = Add("a");
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForUser(User)) with { AllowedHours = [2, 3] });
        using var listening = Listen();

        _clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromTicks(1));
        Assert.Empty(_listener.Heard);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([("a", ListKinds.Tools)], _listener.Heard);
        _clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromTicks(1));
        Assert.Single(_listener.Heard);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, _listener.Heard.Count);
        _clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(22, _listener.Heard.Count);
    }

    [Fact]
    public void StartAndEnd_FarAway_AreHeardOnceEach()
    {
        var server = Add("a");
        var now = _clock.GetUtcNow();
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForUser(User)) with { StartsAt = now.AddDays(100), EndsAt = now.AddDays(101) });
        using var listening = Listen();

        _clock.Advance(TimeSpan.FromDays(100));
        Assert.Single(_listener.Heard);
        _clock.Advance(TimeSpan.FromDays(300));
        Assert.Equal(2, _listener.Heard.Count);
    }

    [Fact]
    public void EarlierRule_SavedLater_IsNotWaitedForInVain()
    {
        var (late, early) = (Add("late"), Add("early"));
        _access.Save(AccessFixture.Rule(late, AccessSubject.ForUser(User)) with { AllowedHours = [9] });
        var rule = AccessFixture.Rule(early, AccessSubject.ForUser(User)) with { AllowedHours = [3] };
        _access.Save(rule);
        using var listening = Listen();

        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(["early"], _listener.Heard.Select(static heard => heard.Alias));
        _access.Save(rule with { AllowedHours = [], Version = 2 });
        _clock.Advance(TimeSpan.FromHours(6));
        Assert.Equal(["early", "late"], _listener.Heard.Select(static heard => heard.Alias));
    }

    [Fact]
    public void DeniedList_AtTheHour_IsHeardByThoseWhoSeeTheServer()
    {
        var server = Add("a");
        _access.Save(
            AccessFixture.Rule(server, AccessSubject.ForUser(User)),
            AccessFixture.Rule(server, AccessSubject.ForUser(User)) with { AllowedHours = [5], DeniedMethods = ["tools/list"] });
        using var listening = Listen();

        _clock.Advance(TimeSpan.FromHours(5));

        Assert.Equal([("a", ListKinds.Tools)], _listener.Heard);
    }

    [Fact]
    public void Others_WhoSeeWhatTheySaw_HearNothing()
    {
        var server = Add("a");
        _access.Save(
            AccessFixture.Rule(server, AccessSubject.ForUser(User)),
            AccessFixture.Rule(server, AccessSubject.ForUser(Guid.CreateVersion7())) with { AllowedHours = [5] },
            AccessFixture.Rule(server, AccessSubject.ForUser(User)) with { AllowedHours = [6] },
            AccessFixture.Rule(server, AccessSubject.ForUser(User)) with { AllowedHours = [7], IsActive = false });
        using var listening = Listen();

        _clock.Advance(TimeSpan.FromDays(2));

        Assert.Empty(_listener.Heard);
    }

    private IDisposable Listen() => _snapshots.Changes.Listen(_listener);

    private RegisteredServer Add(string alias)
    {
        var entry = SnapshotSample.Entry(alias, SnapshotSample.Tools(1), tenant: A);
        entry = entry with { Server = entry.Server with { Id = Guid.CreateVersion7() } };
        _snapshots.Set(entry);
        return entry.Server;
    }

    private sealed class Listener(McpRegistry.ApiKeys.Caller caller) : ICatalogueListener
    {
        public List<(string Alias, ListKinds Kinds)> Heard { get; } = [];

        public void Changed(RegisteredServer server, ListKinds kinds)
        {
        }

        public void AccessChanged(RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after)
        {
            if (AccessGate.Difference(caller, server, kinds, before, after) is var heard and not ListKinds.None)
            {
                Heard.Add((server.Alias, heard));
            }
        }
    }
}
