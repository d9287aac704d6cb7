using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

public sealed class AccessPropertyTests
{
    private const int Rounds = 20_000;

    private static readonly string?[] Zones = [null, "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"];
    private static readonly AccessPermissions[] Flags = [AccessPermissions.Read, AccessPermissions.Write, AccessPermissions.Admin, AccessPermissions.Proxy];

    private static readonly McpMethod[] Methods =
    [
        McpMethod.Unknown, McpMethod.ToolsCall, McpMethod.ToolsList, McpMethod.ResourcesRead, McpMethod.PromptsGet, McpMethod.Complete, McpMethod.Discover, McpMethod.TasksCancel,
    ];

    private static readonly TenantId[] Tenants = [TenantId.Global, new(new Guid(1, 0, 0, new byte[8])), new(new Guid(2, 0, 0, new byte[8]))];
    private static readonly Guid[] Users = [new(11, 0, 0, new byte[8]), new(12, 0, 0, new byte[8])];
    private static readonly Guid[] Keys = [new(21, 0, 0, new byte[8]), new(22, 0, 0, new byte[8])];
    private static readonly RegisteredServer[] Servers = [SnapshotSample.Entry("a").Server, SnapshotSample.Entry("b").Server];

    [Fact]
    public void Decide_RandomRules_IsWhatTheRulesSay()
    {
        var random = new Random(20260728);
        var allowed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var server = Pick(random, Servers) with { Tenant = Pick(random, Tenants), Visibility = Pick(random, Enum.GetValues<ServerVisibility>()), Owner = random.Next(3) == 0 ? Users[0] : null };
            var rules = Enumerable.Range(0, random.Next(6)).Select(_ => Rule(random, server)).ToArray();
            var caller = Caller(random, server);
            var needed = Flags.Where(_ => random.Next(2) == 0).ToArray();
            var method = Pick(random, Methods);
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(365 * 24 * 60));
            var table = AccessTable.Empty.With([], [.. rules.Select(static rule => new CompiledRule(rule, null))]);

            var decision = table.Decide(new AccessRequest(caller, server, needed.Aggregate(AccessPermissions.None, static (all, one) => all | one), method, at));

            Assert.True(decision.IsAllowed == PlainAccess.IsAllowed(rules, caller, server, needed, McpMethods.Name(method), at), $"round {round}: {decision.Reason}");
            allowed += decision.IsAllowed ? 1 : 0;
        }

        // Both answers must be common, or the comparison says little.
        Assert.InRange(allowed, Rounds / 5, Rounds * 4 / 5);
    }

    [Fact]
    public void StaysUntil_RandomRules_NoDecisionChangesBefore()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var server = Servers[0] with { Tenant = Tenants[1] };
            var caller = Caller(random, server);
            var rules = Enumerable.Range(0, 3).Select(_ => Rule(random, server)).ToArray();
            var table = AccessTable.Empty.With([], [.. rules.Select(static rule => new CompiledRule(rule, null))]);
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(365 * 24 * 60 * 60));
            var until = table.StaysUntil(caller, server, at);
            var last = until.AddTicks(-1);

            Assert.True(until > at);
            Assert.Equal(Decide(at), Decide(last));
            Assert.Equal(Decide(at), Decide(at + ((last - at) / 2)));

            bool Decide(DateTimeOffset moment) => table.Decide(new AccessRequest(caller, server, AccessGate.ToSee, McpMethod.Unknown, moment)).IsAllowed;
        }
    }

    [Fact]
    public void NextChange_RandomRules_IsTheFirstMinuteAtWhichTheyHoldOrHoldNoMore()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var window = new AccessWindow(Rule(random, Servers[0]));
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(365 * 24 * 60));
            var next = window.NextChange(at);
            Assert.True(next > at);
            var expected = at;
            while (IsOpen(expected) == IsOpen(at) && expected < next && expected < at.AddDays(8))
            {
                expected = expected.AddMinutes(1);
            }

            // A window that opens may find its hours closed, and is asked again then.
            Assert.True(expected >= next || expected >= at.AddDays(8), $"round {round}: {next:o} after {at:o}, and it was {expected:o}");

            bool IsOpen(DateTimeOffset moment) => window.At(moment) == AccessWindowState.Open;
        }
    }

    private static AccessRule Rule(Random random, RegisteredServer server)
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(random.Next(365 * 24));
        return new AccessRule
        {
            Id = Guid.CreateVersion7(),
            Tenant = random.Next(3) > 0 ? server.Tenant : Pick(random, Tenants),
            ServerId = random.Next(8) > 0 ? server.Id : Pick(random, Servers).Id,
            Subject = random.Next(3) switch
            {
                0 => AccessSubject.ForTenant(Pick(random, Tenants)),
                1 => AccessSubject.ForUser(Pick(random, Users)),
                _ => AccessSubject.ForApiKey(Pick(random, Keys)),
            },
            Permissions = (AccessPermissions)random.Next(16),
            AllowedMethods = Names(random),
            DeniedMethods = random.Next(3) == 0 ? Names(random) : [],
            AllowedDays = random.Next(3) == 0 ? [.. Enumerable.Range(0, 7).Where(_ => random.Next(2) == 0)] : [],
            AllowedHours = random.Next(3) == 0 ? [.. Enumerable.Range(0, 24).Where(_ => random.Next(2) == 0)] : [],
            TimeZone = Pick(random, Zones),
            StartsAt = random.Next(5) == 0 ? start : null,
            EndsAt = random.Next(5) == 0 ? start.AddHours(random.Next(4_000)) : null,
            IsActive = random.Next(8) > 0,
            CreatedAt = start,
            UpdatedAt = start,
            Version = 1,
        };
    }

    private static Caller Caller(Random random, RegisteredServer server)
    {
        var tenant = random.Next(2) == 0 ? server.Tenant : Pick(random, Tenants);
        var key = AccessFixture.Key(tenant) with
        {
            AllowedServers = random.Next(6) == 0 ? [Pick(random, Servers).Id] : [],
            AllowedMethods = random.Next(6) == 0 ? Names(random) : [],
        };
        var hasKey = random.Next(4) > 0;
        return AccessFixture.Caller(tenant, random.Next(2) == 0 ? Pick(random, Users) : null, hasKey ? Pick(random, Keys) : null) with
        {
            Key = hasKey ? key : null,
            Scopes = random.Next(4) == 0 ? ApiKeyScope.Admin : ApiKeyScope.Read | ApiKeyScope.Proxy,
        };
    }

    private static ImmutableArray<string> Names(Random random) =>
        random.Next(2) == 0 ? [] : [.. Methods.Skip(1).Where(_ => random.Next(3) == 0).Select(McpMethods.Name)];

    private static T Pick<T>(Random random, T[] all) => all[random.Next(all.Length)];
}
