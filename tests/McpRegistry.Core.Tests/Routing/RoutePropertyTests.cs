using System.Net;
using System.Text;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

public sealed class RoutePropertyTests(ITestOutputHelper output)
{
    private const int Seed = 20260728;
    private const int RuleSets = 2_000;
    private const int RequestsOfEach = 50;

    private static readonly UserRole[] Roles = Enum.GetValues<UserRole>();

    [Fact]
    public void Choose_RandomRulesAndRequests_IsWhatReadingThemWordByWordGives()
    {
        output.WriteLine($"seed {Seed}, {RuleSets * RequestsOfEach} pairs");
        var random = new Random(Seed);
        var snapshots = new RegistrySnapshots();
        var entries = RandomRules.Servers.ToDictionary(static alias => alias, alias => Entry(alias));
        foreach (var entry in entries.Values)
        {
            snapshots.Set(entry);
        }

        var engine = new RouteEngine(new AccessFixture(snapshots, new ManualTimeProvider()).Gate);
        var (decided, copied, canaries, stayed) = (0, 0, 0, 0);
        for (var set = 0; set < RuleSets; set++)
        {
            var generator = new RandomRules(random);
            var rules = Enumerable.Range(0, random.Next(1, 12)).Select(_ => generator.Rule()).ToArray();
            var table = RoutingTable.Empty.With([], [.. rules.Where(static rule => rule.IsActive).Select(RoutingFixture.Compile)]);
            for (var i = 0; i < RequestsOfEach; i++)
            {
                var request = generator.Request();
                var owner = entries[request.Server!] with { Server = entries[request.Server!].Server with { Tags = [.. request.Tags] } };

                var choice = engine.Choose(table, snapshots.Current.For(new TenantId(Guid.Parse(request.Tenant))), Facts(request, owner), owner);

                var expected = PlainRouting.Decide(rules, request, IsUsable);
                Assert.True(expected?.Id == choice.Rule?.Rule.Id, $"set {set}, request {i}: {expected?.Conditions ?? "none"}, not {choice.Rule?.Rule.Conditions ?? "none"}, for {request}");
                Assert.True(choice.Rule is null || choice.Server!.Server.Alias is "alpha" or "beta");
                decided += expected is null ? 0 : 1;

                var copier = PlainTargets.Copier(rules, request, IsUsable);
                Assert.True(copier?.Id == choice.Copier?.Rule.Id, $"set {set}, request {i}: copies by {copier?.Targets ?? "none"}, not {choice.Copier?.Rule.Targets ?? "none"}, for {request}");
                copied += copier is null ? 0 : 1;
                if (expected is not null)
                {
                    Assert.Equal(PlainTargets.IsCanary(expected, request, IsUsable), choice.IsCanary);
                    Assert.Contains(choice.Server!.Server.Alias, PlainTargets.Servers(expected, request, IsUsable));
                    canaries += choice.IsCanary ? 1 : 0;
                    if (PlainTargets.Stays(expected, request, IsUsable))
                    {
                        var again = engine.Choose(table, snapshots.Current.For(new TenantId(Guid.Parse(request.Tenant))), Facts(request, owner), owner);
                        Assert.Equal(choice.Server, again.Server);
                        stayed++;
                    }
                }
            }
        }

        // Both answers must be common, or the comparison says little.
        Assert.InRange(decided, RuleSets * RequestsOfEach / 4, RuleSets * RequestsOfEach * 3 / 4);
        output.WriteLine($"{decided} decided, {copied} copied, {canaries} canaries, {stayed} that stay");
        Assert.True(Math.Min(copied, Math.Min(canaries, stayed)) > RuleSets, $"{copied} copied, {canaries} canaries, {stayed} that stay");
    }

    private static bool IsUsable(string server) => server is "alpha" or "beta";

    /// <summary>Two servers have everything, one is away and one lacks everything.</summary>
    private static ServerEntry Entry(string alias) => SnapshotSample.Entry(
        alias,
        alias == "delta" ? [] : RandomRules.Items.SelectMany(static item => new[]
        {
            SnapshotSample.Item(CatalogueItemKind.Tool, item),
            SnapshotSample.Item(CatalogueItemKind.Prompt, item),
            SnapshotSample.Item(CatalogueItemKind.Resource, item),
        }),
        alias == "gamma" ? ServerHealth.Unhealthy : ServerHealth.Healthy);

    private static RouteFacts Facts(PlainRequest request, ServerEntry owner)
    {
        var method = McpMethods.Parse(Encoding.UTF8.GetBytes(request.Method));
        return new RouteFacts
        {
            Caller = new Caller("p", new TenantId(Guid.Parse(request.Tenant)), ApiKeyScope.Proxy)
            {
                UserId = request.User is null ? null : Guid.Parse(request.User),
                KeyId = request.Key is null ? null : Guid.Parse(request.Key),
                Role = request.Role is null ? null : Array.Find(Roles, role => RoleNames.Of(role) == request.Role),
            },
            Method = method,
            Item = request.Item,
            ItemField = RouteFacts.FieldOf(method),
            Server = owner.Server,
            Address = request.Address is null ? null : IPAddress.Parse(request.Address),
            Headers = [.. request.Headers],
            Size = request.Size,
            At = request.At,
            Params = request.Arguments is null ? default : Encoding.UTF8.GetBytes($$"""{"name":"x","arguments":{{request.Arguments.ToJsonString()}}}"""),
        };
    }
}
