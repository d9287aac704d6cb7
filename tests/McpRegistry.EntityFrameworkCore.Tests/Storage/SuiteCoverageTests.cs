using System.Collections.Frozen;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Balancing;
using McpRegistry.Credentials;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Maintenance;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class SuiteCoverageTests(InMemoryStorage inMemory, SqliteStorage sqlite, PostgreSqlStorage postgreSql)
    : IClassFixture<InMemoryStorage>, IClassFixture<SqliteStorage>, IClassFixture<PostgreSqlStorage>
{
    /// <summary>The contracts of Abstractions that no store implements, or whose promise another suite asks for, and why.</summary>
    private static readonly FrozenDictionary<Type, string> WithoutSuite = new Dictionary<Type, string>
    {
        [typeof(IMcpRegistryBuilder)] = "registers services",
        [typeof(IServerRegistrar)] = "is the host's, over any store",
        [typeof(IApiKeyRegistrar)] = "is the host's, over any store",
        [typeof(IAccessRuleRegistrar)] = "is the host's, over any store",
        [typeof(IRoutingRuleRegistrar)] = "is the host's, over any store",
        [typeof(ITenantRegistrar)] = "is the host's, over any store",
        [typeof(IApiKeyValidator)] = "is the host's, over any store",
        [typeof(IApiKeyAuthorizer)] = "is the host's, over any store",
        [typeof(IAuditWriter)] = "is the host's, over any store",
        [typeof(ILoadBalancingPolicy)] = "is the host's, and keeps nothing",
        [typeof(ILoadBalancer)] = "is the host's, and keeps nothing",
        [typeof(IEndpointLoad)] = "is the gateway's, and keeps nothing",
        [typeof(ISecretProtector)] = "is the host's, and seals for any store",
        [typeof(IUpstreamCredentialProvider)] = "is the host's, over any store",
        [typeof(IAuditSink)] = "is the host's, and takes what any store has",
        [typeof(IAuditTrail)] = "is the host's, over any store",
        [typeof(IDataRetention)] = "is the host's, over any store",
        [typeof(IStorageInitializer)] = "runs before every suite, and its failures are those of one database",
    }.ToFrozenDictionary();

    /// <summary>The suites whose name is not that of their contract.</summary>
    private static readonly FrozenDictionary<string, string> OtherNames = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["IServerSearch"] = nameof(DiscoverySuite),
        ["IRegistryAnalytics"] = nameof(AnalyticsSuite),
        ["IRegistryChangeFeed"] = nameof(ChangeFeedSuite),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Type[] Contracts { get; } =
        [.. typeof(IServerStore).Assembly.GetExportedTypes().Where(type => type.IsInterface && !WithoutSuite.ContainsKey(type))];

    [Fact]
    public void Suites_EveryContract_HasOneAndNoneIsLeftOver() => Assert.Equal(
        Contracts.Select(contract => OtherNames.GetValueOrDefault(contract.Name, contract.Name[1..] + "Suite")).Order(StringComparer.Ordinal),
        Coverage.Suites.Select(suite => suite.Name).Where(name => name is not nameof(PolicyStoreSuite) and not nameof(TenantIsolationSuite)).Order(StringComparer.Ordinal));

    [Fact]
    public void Contracts_WithASuite_AreImplementedByEveryStore() => Assert.All(
        (StorageFixture[])[inMemory, sqlite, postgreSql],
        store => Assert.Empty(Contracts.Where(contract => store.Services.GetService(contract) is null).Select(contract => contract.Name)));

    [Fact]
    public void Suites_EveryStore_RunsEveryOne()
    {
        var stores = typeof(StorageFixture).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(StorageFixture)))
            .ToList();

        Assert.Equal(3, stores.Count);
        Assert.All(stores, store => Assert.Empty(Coverage.FindMissing(typeof(SuiteCoverageTests).Assembly, store)));
    }

    [Fact]
    public void Suites_StoreThatRunsNone_AreAllMissing() =>
        Assert.Equal(Coverage.Suites.Count, Coverage.FindMissing(typeof(SuiteCoverageTests).Assembly, typeof(TemporaryFolder)).Count);
}
