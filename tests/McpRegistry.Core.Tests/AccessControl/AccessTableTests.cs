using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>One row for each sentence of docs/access.md.</summary>
public sealed class AccessTableTests
{
    private const AccessPermissions Use = AccessPermissions.Read | AccessPermissions.Proxy;

    private static readonly TenantId A = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId B = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly Guid User = new(3, 0, 0, new byte[8]);
    private static readonly Guid KeyId = new(4, 0, 0, new byte[8]);
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly RegisteredServer _server = SnapshotSample.Entry("s", tenant: A).Server;

    [Fact]
    public void Decide_NoRule_IsOpenToItsTenantOnly()
    {
        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(A)));
        Assert.Equal(AccessReason.NotShared, Decide(AccessFixture.Caller(B)));
        Assert.Equal(AccessReason.NotShared, Decide(AccessFixture.Caller(TenantId.Global)));
    }

    [Fact]
    public void Decide_NoRuleGlobalServer_IsOpenToEveryone()
    {
        var global = _server with { Tenant = TenantId.Global };

        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(A), server: global));
        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(TenantId.Global), server: global));
    }

    [Fact]
    public void Decide_RuleAboutAnother_ClosesTheServer()
    {
        var rule = Rule(AccessSubject.ForApiKey(KeyId));

        Assert.Equal(AccessReason.NoRule, Decide(AccessFixture.Caller(A), rule));
        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A, key: KeyId), rule));
    }

    [Fact]
    public void Decide_InactiveRule_GrantsNothingAndStillCloses()
    {
        var rule = Rule(AccessSubject.ForApiKey(KeyId)) with { IsActive = false };

        Assert.Equal(AccessReason.NoRule, Decide(AccessFixture.Caller(A, key: KeyId), rule));
        Assert.Equal(AccessReason.NoRule, Decide(AccessFixture.Caller(A), rule));
    }

    [Theory]
    [InlineData(AccessSubjectKind.User)]
    [InlineData(AccessSubjectKind.ApiKey)]
    [InlineData(AccessSubjectKind.Tenant)]
    public void Decide_SubjectOfEachKind_IsGranted(AccessSubjectKind kind)
    {
        var subject = kind switch
        {
            AccessSubjectKind.User => AccessSubject.ForUser(User),
            AccessSubjectKind.ApiKey => AccessSubject.ForApiKey(KeyId),
            _ => AccessSubject.ForTenant(A),
        };

        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A, User, KeyId), Rule(subject)));
    }

    [Theory]
    [InlineData(AccessPermissions.Read, AccessPermissions.Read, true)]
    [InlineData(AccessPermissions.Read, AccessPermissions.Proxy, false)]
    [InlineData(AccessPermissions.Read, AccessPermissions.Write, false)]
    [InlineData(AccessPermissions.Write, AccessPermissions.Write, true)]
    [InlineData(AccessPermissions.Write, AccessPermissions.Admin, false)]
    [InlineData(AccessPermissions.Admin, AccessPermissions.Admin, true)]
    [InlineData(AccessPermissions.Read | AccessPermissions.Proxy, AccessPermissions.Read | AccessPermissions.Proxy, true)]
    public void Decide_Permission_IsEachOnItsOwn(AccessPermissions given, AccessPermissions needed, bool isAllowed) => Assert.Equal(
        isAllowed ? AccessReason.Rule : AccessReason.NoPermission,
        Decide(AccessFixture.Caller(A, User), [Rule(AccessSubject.ForUser(User), given)], needed));

    [Fact]
    public void Decide_SeveralRules_AreUnited()
    {
        var read = Rule(AccessSubject.ForUser(User), AccessPermissions.Read);
        var proxy = Rule(AccessSubject.ForTenant(A), AccessPermissions.Proxy) with { AllowedMethods = ["tools/call"] };
        var caller = AccessFixture.Caller(A, User);

        Assert.Equal(AccessReason.Rule, Decide(caller, [read, proxy], Use, McpMethod.ToolsCall));
        Assert.Equal(AccessReason.MethodNotAllowed, Decide(caller, [read, proxy], Use, McpMethod.PromptsGet));
    }

    [Fact]
    public void Decide_DenialInAnyRule_Wins()
    {
        var all = Rule(AccessSubject.ForTenant(A));
        var denial = Rule(AccessSubject.ForUser(User), AccessPermissions.None) with { AllowedMethods = ["tools/call"], DeniedMethods = ["tools/call"] };

        Assert.Equal(AccessReason.MethodDenied, Decide(AccessFixture.Caller(A, User), [all, denial], Use, McpMethod.ToolsCall));
        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A, User), [all, denial], Use, McpMethod.ToolsList));
        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A), [all, denial], Use, McpMethod.ToolsCall));
    }

    [Fact]
    public void Decide_MethodThatKeepsTheConnection_IsNoMatterOfMethods()
    {
        var rule = Rule(AccessSubject.ForTenant(A)) with { AllowedMethods = ["tools/call"], DeniedMethods = ["initialize", "server/discover"] };

        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A), [rule], Use, McpMethod.Discover));
        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A), [rule], Use, McpMethod.Initialize));
    }

    [Fact]
    public void Decide_StartAndEnd_IncludeTheStartOnly()
    {
        var rule = Rule(AccessSubject.ForTenant(A)) with { StartsAt = Noon, EndsAt = Noon.AddHours(1) };

        Assert.Equal(AccessReason.NoRule, DecideAt(Noon.AddTicks(-1), rule));
        Assert.Equal(AccessReason.Rule, DecideAt(Noon, rule));
        Assert.Equal(AccessReason.Rule, DecideAt(Noon.AddHours(1).AddTicks(-1), rule));
        Assert.Equal(AccessReason.NoRule, DecideAt(Noon.AddHours(1), rule));
    }

    [Theory]
    [InlineData("2026-10-25T00:30:00Z", true)] // 02:30 summer time
    [InlineData("2026-10-25T01:30:00Z", true)] // 02:30 again, winter time
    [InlineData("2026-10-25T02:30:00Z", false)] // 03:30
    [InlineData("2026-10-24T23:59:59Z", false)] // 01:59:59
    [InlineData("2026-03-29T00:59:59Z", false)] // 01:59:59; the hour of two does not exist on that day
    [InlineData("2026-03-29T01:00:00Z", false)] // 03:00
    [InlineData("2026-01-04T01:00:00Z", true)] // 02:00, winter
    [InlineData("2026-01-05T01:00:00Z", false)] // a Monday
    public void Decide_HourOnSundaysInBerlin_FollowsTheClockThere(string at, bool isAllowed)
    {
        var rule = Rule(AccessSubject.ForTenant(A)) with { AllowedDays = [6], AllowedHours = [2], TimeZone = "Europe/Berlin" };

        Assert.Equal(isAllowed ? AccessReason.Rule : AccessReason.NoRule, DecideAt(DateTimeOffset.Parse(at, null), rule));
    }

    [Theory]
    [InlineData("2026-07-05T18:29:00Z", false)] // Sunday 23:59 in Kolkata
    [InlineData("2026-07-05T18:30:00Z", true)] // Monday 00:00
    public void Decide_ZoneWithHalfAnHour_ChangesDayThere(string at, bool isAllowed)
    {
        var rule = Rule(AccessSubject.ForTenant(A)) with { AllowedDays = [0], TimeZone = "Asia/Kolkata" };

        Assert.Equal(isAllowed ? AccessReason.Rule : AccessReason.NoRule, DecideAt(DateTimeOffset.Parse(at, null), rule));
    }

    [Fact]
    public void Decide_DenialOutsideOfItsTime_DeniesNothing()
    {
        var grant = Rule(AccessSubject.ForTenant(A));
        var denial = grant with { Id = Guid.CreateVersion7(), DeniedMethods = ["tools/call"], AllowedHours = [3] };

        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A), [grant, denial], Use, McpMethod.ToolsCall));
    }

    [Fact]
    public void Decide_TimeZoneThatThisMachineDoesNotKnow_GrantsNothingAndDenies()
    {
        var grant = Rule(AccessSubject.ForTenant(A));
        var unknown = grant with { Id = Guid.CreateVersion7(), DeniedMethods = ["tools/call"], AllowedHours = [12], TimeZone = "Moon/Tycho" };

        Assert.Equal(AccessReason.NoRule, Decide(AccessFixture.Caller(A), unknown));
        Assert.Equal(AccessReason.MethodDenied, Decide(AccessFixture.Caller(A), [grant, unknown], Use, McpMethod.ToolsCall));
    }

    [Fact]
    public void Decide_SharedWithATenant_StaysOpenAtHome()
    {
        var share = Rule(AccessSubject.ForTenant(B)) with { AllowedMethods = ["tools/call", "tools/list"] };

        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(A), share));
        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(B), [share], Use, McpMethod.ToolsCall));
        Assert.Equal(AccessReason.MethodNotAllowed, Decide(AccessFixture.Caller(B), [share], Use, McpMethod.PromptsGet));
    }

    [Fact]
    public void Decide_SharedWithATenant_CannotBeWrittenThere()
    {
        var share = Rule(AccessSubject.ForTenant(B), Use | AccessPermissions.Write | AccessPermissions.Admin);
        var admin = AccessFixture.Caller(B, scopes: ApiKeyScope.Admin);

        Assert.Equal(AccessReason.NotShared, Decide(admin, [share], AccessPermissions.Write));
        Assert.Equal(AccessReason.NotShared, Decide(admin, [share], AccessPermissions.Admin));
    }

    [Fact]
    public void Decide_RuleOfTheTenantThatWantsIn_GrantsNothing()
    {
        var own = Rule(AccessSubject.ForTenant(B)) with { Tenant = B };

        Assert.Equal(AccessReason.NotShared, Decide(AccessFixture.Caller(B), own));
    }

    [Fact]
    public void Decide_SharedAndNarrowedByTheReceiver_LetsOnlyThoseInWhomBothLet()
    {
        var share = Rule(AccessSubject.ForTenant(B));
        var narrow = Rule(AccessSubject.ForApiKey(KeyId)) with { Tenant = B };

        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(B, key: KeyId), share, narrow));
        Assert.Equal(AccessReason.NoRule, Decide(AccessFixture.Caller(B), share, narrow));
        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(A), share, narrow));
    }

    [Fact]
    public void Decide_RuleOfAThirdTenant_SaysNothing()
    {
        var third = Rule(AccessSubject.ForTenant(A)) with { Tenant = B, DeniedMethods = ["tools/call"] };

        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(A), [third], Use, McpMethod.ToolsCall));
    }

    [Fact]
    public void Decide_GlobalServerWithARule_IsForThoseWhomARuleGrants()
    {
        var global = _server with { Tenant = TenantId.Global };
        var rule = AccessFixture.Rule(global, AccessSubject.ForTenant(A));

        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A), [rule], server: global));
        Assert.Equal(AccessReason.NoRule, Decide(AccessFixture.Caller(B), [rule], server: global));
        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(TenantId.Global), [rule], server: global));
    }

    [Fact]
    public void Decide_PrivateServer_IsForItsOwnerAndThoseItIsSharedWith()
    {
        var server = _server with { Visibility = ServerVisibility.Private, Owner = User };
        var other = Guid.CreateVersion7();
        var share = Rule(AccessSubject.ForUser(other));

        Assert.Equal(AccessReason.Owner, Decide(AccessFixture.Caller(A, User), server: server));
        Assert.Equal(AccessReason.Private, Decide(AccessFixture.Caller(A), server: server));
        Assert.Equal(AccessReason.NotShared, Decide(AccessFixture.Caller(B, User), server: server));
        Assert.Equal(AccessReason.Rule, Decide(AccessFixture.Caller(A, other), [share], server: server));
        Assert.Equal(AccessReason.Owner, Decide(AccessFixture.Caller(A, User), [share], server: server));
    }

    [Fact]
    public void Decide_PublicServer_IsForEveryTenantUntilItHasRules()
    {
        var server = _server with { Visibility = ServerVisibility.Public };

        Assert.Equal(AccessReason.Open, Decide(AccessFixture.Caller(B), server: server));
        Assert.Equal(AccessReason.NoRule, Decide(AccessFixture.Caller(B), [Rule(AccessSubject.ForUser(User))], server: server));
    }

    [Fact]
    public void Decide_TenantOfTheServerIsShutOut_IsThereForNobodyElse()
    {
        var shared = AccessTable.Empty.With([], [new CompiledRule(Rule(AccessSubject.ForTenant(B)), null)]);
        var shutOut = shared.With(A, isShutOut: true).With([], [new CompiledRule(Rule(AccessSubject.ForUser(User)), null)]);
        var open = _server with { Visibility = ServerVisibility.Public, Id = Guid.CreateVersion7() };

        Assert.Equal([AccessReason.NotShared, AccessReason.NotShared], [Of(shutOut, B, _server), Of(shutOut, B, open)]);
        Assert.False(shutOut.IsReachable(B, _server, Noon));
        Assert.Equal(AccessReason.Open, Of(shutOut, A, open));
        Assert.Same(shutOut, shutOut.With(A, isShutOut: true));

        var again = shutOut.With(A, isShutOut: false);
        Assert.Equal([AccessReason.Rule, AccessReason.Open], [Of(again, B, _server), Of(again, B, open)]);

        static AccessReason Of(AccessTable table, TenantId tenant, RegisteredServer server) =>
            table.Decide(new AccessRequest(AccessFixture.Caller(tenant), server, Use, McpMethod.Unknown, Noon)).Reason;
    }

    [Theory]
    [InlineData(AccessPermissions.Read, true)]
    [InlineData(AccessPermissions.Write, true)]
    [InlineData(AccessPermissions.Admin, true)]
    [InlineData(AccessPermissions.Proxy, false)]
    public void Decide_AdminOfTheTenant_ManagesButCallsByTheRules(AccessPermissions needed, bool isAllowed) => Assert.Equal(
        isAllowed ? AccessReason.AdminScope : AccessReason.NoRule,
        Decide(AccessFixture.Caller(A, scopes: ApiKeyScope.Admin), [Rule(AccessSubject.ForApiKey(KeyId))], needed));

    [Fact]
    public void Decide_BoundsOfTheKey_HoldWhateverRulesGrant()
    {
        var key = AccessFixture.Key(A) with { AllowedMethods = ["tools/list"] };
        var caller = AccessFixture.Caller(A, key: key.Id) with { Key = key };
        var rule = Rule(AccessSubject.ForApiKey(key.Id));

        Assert.Equal(AccessReason.Rule, Decide(caller, [rule], Use, McpMethod.ToolsList));
        Assert.Equal(AccessReason.KeyMethods, Decide(caller, [rule], Use, McpMethod.ToolsCall));
        Assert.Equal(AccessReason.Rule, Decide(caller, [rule], Use, McpMethod.Discover));
        Assert.Equal(AccessReason.KeyServers, Decide(caller with { Key = key with { AllowedServers = [Guid.CreateVersion7()] } }, rule));
        Assert.Equal(AccessReason.Rule, Decide(caller with { Key = key with { AllowedServers = [_server.Id] } }, rule));
    }

    private AccessRule Rule(AccessSubject subject, AccessPermissions permissions = Use) => AccessFixture.Rule(_server, subject, permissions);

    private AccessReason Decide(Caller caller, params AccessRule[] rules) => Decide(caller, rules, Use);

    private AccessReason DecideAt(DateTimeOffset at, AccessRule rule) => Decide(AccessFixture.Caller(A), [rule], Use, at: at);

    private AccessReason Decide(
        Caller caller, AccessRule[]? rules = null, AccessPermissions needed = Use, McpMethod method = McpMethod.Unknown, RegisteredServer? server = null, DateTimeOffset? at = null)
    {
        var table = AccessTable.Empty.With([], [.. (rules ?? []).Select(static rule => new CompiledRule(rule, null))]);
        return table.Decide(new AccessRequest(caller, server ?? _server, needed, method, at ?? Noon)).Reason;
    }
}
