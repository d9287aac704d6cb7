using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

public sealed class AccessGateTests
{
    private static readonly TenantId A = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId B = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly Guid User = new(3, 0, 0, new byte[8]);

    private readonly RegistrySnapshots _snapshots = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly AccessFixture _access;

    public AccessGateTests() => _access = new AccessFixture(_snapshots, _clock);

    private AccessGate Gate => _access.Gate;

    [Fact]
    public void ViewOf_NothingRestricts_IsTheViewOfTheTenant()
    {
        Add("a", A);

        Assert.Same(_snapshots.Current.For(A), Gate.ViewOf(AccessFixture.Caller(A)));
    }

    [Fact]
    public void ViewOf_RulesThatTakeNothingAway_IsTheViewOfTheTenant()
    {
        var server = Add("a", A);
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForUser(User)));

        Assert.Same(_snapshots.Current.For(A), Gate.ViewOf(AccessFixture.Caller(A, User)));
        Assert.Empty(Gate.ViewOf(AccessFixture.Caller(A)).Servers);
    }

    [Fact]
    public void ViewOf_CallersWhoSeeTheSame_ShareAView()
    {
        Add("a", A);
        var server = Add("b", A);
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForUser(User)));

        Assert.Same(Gate.ViewOf(AccessFixture.Caller(A, key: Guid.CreateVersion7())), Gate.ViewOf(AccessFixture.Caller(A, key: Guid.CreateVersion7())));
        Assert.Equal(["a"], Aliases(AccessFixture.Caller(A)));
    }

    /// <summary>Two principals without a stored user, or two tokens of one user: the scope of administrators opens what the other may not see.</summary>
    [Fact]
    public void ViewOf_CallersWhoDifferByTheScopeOfAdministrators_AreNotOne()
    {
        var server = Add("a", A);
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForTenant(A), AccessPermissions.Proxy));
        var admin = AccessFixture.Caller(A, User, scopes: ApiKeyScopes.All);

        Assert.Equal(["a"], Aliases(admin));
        Assert.Empty(Gate.ViewOf(AccessFixture.Caller(A, User)).Servers);
        Assert.Equal(["a"], Aliases(admin));
    }

    /// <summary>What a cache keeps for everybody must hold no server of the global tenant that is its owner's alone.</summary>
    [Fact]
    public void IsSameForAll_PrivateServerSomewhere_IsNot()
    {
        Add("a", TenantId.Global);
        Assert.True(Gate.IsSameForAll(AccessFixture.Caller(A)));

        Add("b", TenantId.Global, static server => server with { Visibility = ServerVisibility.Private, Owner = User });

        Assert.False(Gate.IsSameForAll(AccessFixture.Caller(TenantId.Global, User)));
        Assert.False(Gate.IsSameForAll(AccessFixture.Caller(A)));
    }

    [Fact]
    public void ViewOf_KeyWithServers_HasThoseOnly()
    {
        var server = Add("a", A);
        Add("b", TenantId.Global);
        var key = AccessFixture.Key(A) with { AllowedServers = [server.Id] };

        Assert.Equal(["a"], Aliases(AccessFixture.Caller(A, key: key.Id) with { Key = key }));
        Assert.Equal(["a", "b"], Aliases(AccessFixture.Caller(A)));
    }

    [Fact]
    public void ViewOf_SharedServer_IsInTheViewOfBothTenants()
    {
        var server = Add("a", A);
        Add("z", B);
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForTenant(B)));

        Assert.Equal(["a", "z"], Aliases(AccessFixture.Caller(B)));
        Assert.Equal(["a"], Aliases(AccessFixture.Caller(A)));
        Assert.NotNull(Gate.ViewOf(AccessFixture.Caller(B)).Find(server.Id));
        Assert.False(Gate.ViewOf(AccessFixture.Caller(B)).IsForEveryone);
    }

    [Fact]
    public void ViewOf_SharedServerWithATakenAlias_IsNotThereEvenIfTheOwnIsHidden()
    {
        var server = Add("a", A);
        var own = Add("a", B);
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForTenant(B)), AccessFixture.Rule(own, AccessSubject.ForUser(User)));

        Assert.Equal(own.Id, Gate.ViewOf(AccessFixture.Caller(B, User)).Servers.Single().Server.Id);
        Assert.Empty(Gate.ViewOf(AccessFixture.Caller(B)).Servers);
    }

    [Fact]
    public void ViewOf_PublicAndPrivateServers_FollowTheirVisibility()
    {
        Add("open", A, server => server with { Visibility = ServerVisibility.Public });
        Add("mine", A, server => server with { Visibility = ServerVisibility.Private, Owner = User });

        Assert.Equal(["mine", "open"], Aliases(AccessFixture.Caller(A, User)));
        Assert.Equal(["open"], Aliases(AccessFixture.Caller(A)));
        Assert.Equal(["open"], Aliases(AccessFixture.Caller(B, User)));
    }

    [Fact]
    public void ViewOf_Window_OpensAndClosesWithTheClock()
    {
        var server = Add("a", A);
        var now = _clock.GetUtcNow();
        _access.Save(AccessFixture.Rule(server, AccessSubject.ForTenant(A)) with { StartsAt = now.AddSeconds(5), EndsAt = now.AddSeconds(9) });
        Assert.Empty(Aliases(AccessFixture.Caller(A)));

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["a"], Aliases(AccessFixture.Caller(A)));

        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(Aliases(AccessFixture.Caller(A)));
    }

    [Fact]
    public void ViewOf_RuleGone_IsOpenAgain()
    {
        var server = Add("a", A);
        var rule = AccessFixture.Rule(server, AccessSubject.ForUser(User));
        _access.Save(rule);
        Assert.Empty(Aliases(AccessFixture.Caller(A)));

        _access.Remove(rule.Id);
        Assert.Equal(["a"], Aliases(AccessFixture.Caller(A)));
    }

    [Fact]
    public void Save_OlderState_IsNotTakenOver()
    {
        var server = Add("a", A);
        var rule = AccessFixture.Rule(server, AccessSubject.ForTenant(A)) with { Version = 3 };
        _access.Save(rule);
        _access.Save(rule with { Version = 2, Permissions = AccessPermissions.None });

        Assert.Equal(["a"], Aliases(AccessFixture.Caller(A)));
    }

    [Fact]
    public void Decide_WarmAndRestricted_AllocatesNothing()
    {
        Add("a", A);
        var server = Add("b", A);
        var key = AccessFixture.Key(A) with { AllowedServers = [server.Id], AllowedMethods = ["tools/call"] };
        var caller = AccessFixture.Caller(A, User, key.Id) with { Key = key };
        _access.Save(
            AccessFixture.Rule(server, AccessSubject.ForUser(User)) with { AllowedMethods = ["tools/call"] },
            AccessFixture.Rule(server, AccessSubject.ForApiKey(key.Id)) with { AllowedHours = [.. Enumerable.Range(0, 23)], TimeZone = "Europe/Berlin" });
        var (seen, rounds) = (0, 0);
        Run(100);

        Assert.Equal(0, Allocations.Of(() =>
        {
            rounds++;
            Run(1_000);
        }));
        Assert.Equal(100 + (1_000 * rounds), seen);

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                seen += Gate.ViewOf(caller).Servers.Length;
                _ = Gate.Decide(caller, server, AccessGate.ToSee, McpMethod.ToolsCall);
            }
        }
    }

    [Fact]
    public void Changes_ServerThatDoesNotExistForAClient_AreOnlyHeardByOthers()
    {
        var server = Add("a", A);
        var rule = AccessFixture.Rule(server, AccessSubject.ForUser(User));
        Assert.Equal(ListKinds.None, Difference(AccessFixture.Caller(A, User)));
        Assert.Equal(ListKinds.All, Difference(AccessFixture.Caller(A)));
        Assert.Equal(ListKinds.None, Difference(AccessFixture.Caller(B)));
        _access.Save(rule);

        Assert.True(Gate.Sees(AccessFixture.Caller(A, User), server));
        Assert.False(Gate.Sees(AccessFixture.Caller(A), server));

        ListKinds Difference(Caller caller) => AccessGate.Difference(
            caller, server, ListKinds.All, new AccessMoment(AccessTable.Empty, _clock.GetUtcNow()),
            new AccessMoment(AccessTable.Empty.With([], [new CompiledRule(rule, null)]), _clock.GetUtcNow()));
    }

    private ImmutableArray<string> Aliases(Caller caller) => [.. Gate.ViewOf(caller).Servers.Select(entry => entry.Server.Alias)];

    /// <summary>While a server is hidden from a caller, its names are not free for others: calls meant for it would reach them.</summary>
    [Fact]
    public void FindTool_NameOfAHiddenServer_IsNotForOthersToTake()
    {
        var bank = Add("bank", A);
        _snapshots.Set(SnapshotSample.Entry("evil", [SnapshotSample.Item(CatalogueItemKind.Tool, "bank__transfer"), SnapshotSample.Item(CatalogueItemKind.Tool, "other__transfer")], tenant: A));
        _access.Save(AccessFixture.Rule(bank, AccessSubject.ForUser(User)));

        var merged = Gate.ViewOf(AccessFixture.Caller(A)).Merged;

        Assert.Null(merged.FindTool("bank__transfer"));
        Assert.NotNull(merged.FindTool("other__transfer"));
        Assert.NotNull(merged.FindTool("evil__bank__transfer"));
    }

    private RegisteredServer Add(string alias, TenantId tenant, Func<RegisteredServer, RegisteredServer>? change = null)
    {
        var entry = SnapshotSample.Entry(alias, SnapshotSample.Tools(1), tenant: tenant);
        entry = entry with { Server = (change ?? (server => server))(entry.Server) with { Id = Guid.CreateVersion7() } };
        _snapshots.Set(entry);
        return entry.Server;
    }
}
