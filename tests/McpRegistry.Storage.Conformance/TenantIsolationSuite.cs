using System.Reflection;
using McpRegistry.Analytics;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>
/// Walks every method of every contract of the stores in the name of a tenant that has nothing, with what another tenant has: nothing
/// of that is read, and nothing of it changes. A method without an entry in the table fails, so that a new one is thought of.
/// </summary>
public abstract partial class TenantIsolationSuite(IStorageFixture storage) : StoreSuite(storage)
{
    /// <summary>The contracts whose rows belong to the installation, and the methods that have no tenant to be another's.</summary>
    private static readonly Dictionary<string, string> WithoutTenant = new(StringComparer.Ordinal)
    {
        ["IRetentionPolicyStore"] = "has policies of the installation",
        ["IMaterializedViewStore"] = "has views of the installation",
        ["IAccessRuleStore.ReadAllAsync"] = "is for starting a replica",
        ["IApiKeyStore.FindByLookupIdAsync"] = "finds the tenant by the key",
        ["IApiKeyStore.ReadLookupIdsAsync"] = "tells which ids exist, of nobody in particular",
        ["IAuditSinkStore.FindBehindAsync"] = "finds tenants, for a sink that serves all of them",
        ["ICircuitBreakerStore.ReadAllAsync"] = "is for starting a replica",
        ["IConnectionPoolStore.DeleteUnseenAsync"] = "is housekeeping by age",
        ["IGatewaySessionStore.DeleteExpiredAsync"] = "is housekeeping by age",
        ["IPerformanceAlertStore.ReadActiveAsync"] = "is for evaluating them",
        ["IQuotaStore.DeleteEndedAsync"] = "is housekeeping by age",
        ["IRegistryAnalytics.GetDatabaseSizeAsync"] = "is about the installation",
        ["IRegistryAnalytics.GetIndexUsageAsync"] = "is about the installation",
        ["IRegistryAnalytics.GetMonitoringAsync"] = "is about the installation",
        ["IRegistryAnalytics.GetRequestPerformanceAcrossTenantsAsync"] = "is about the installation",
        ["IRegistryAnalytics.GetServerHealthAcrossTenantsAsync"] = "is about the installation",
        ["IRegistryAnalytics.GetTableSizesAsync"] = "is about the installation",
        ["IRequestQueueStore.DeleteUnseenAsync"] = "is housekeeping by age",
        ["IRevisionStore.GetAsync/1"] = "is one number for all tenants",
        ["IRevisionStore.GetAsync/2"] = "is a number, which rises with the writes of any tenant",
        ["IRoutingRuleStore.ReadActiveAsync"] = "is for starting a replica",
        ["IServerStore.ReadAllAsync"] = "is for starting a replica",
        ["ITenantStore.FindBySlugAsync"] = "finds the tenant by its slug",
        ["ITenantStore.ListAsync"] = "lists the tenants themselves",
    };

    public static TheoryData<string> Contracts => [.. ContractTypes.Select(static type => type.Name)];

    private static IEnumerable<Type> ContractTypes => typeof(IServerStore).Assembly.GetExportedTypes()
        .Where(static type => type.IsInterface && (type.Name.EndsWith("Store", StringComparison.Ordinal) || type == typeof(IServerSearch) || type == typeof(IRegistryAnalytics)))
        .Where(static type => !WithoutTenant.ContainsKey(type.Name));

    [Fact]
    public void Table_EveryMethod_HasOneEntryAndNoneIsLeftOver()
    {
        var table = Entries(Bystander()).Keys.Concat(WithoutTenant.Keys.Where(static name => name.Contains('.', StringComparison.Ordinal)));

        Assert.Equal(ContractTypes.SelectMany(MethodsOf).Order(StringComparer.Ordinal), table.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public async Task EveryMethod_RowsOfAnotherTenant_AreNotThereAndStay(string contract)
    {
        var rows = await ArrangeAsync();
        var before = await DescribeAsync(rows);

        foreach (var (name, attempt) in Entries(rows).Where(entry => entry.Key.StartsWith(contract + ".", StringComparison.Ordinal)))
        {
            Assert.True(await attempt(), $"{name} reached what is another tenant's.");
            var after = await DescribeAsync(rows);
            Assert.True(before == after, $"{name} changed what is another tenant's.\n{before}\n{after}");
        }
    }

    private static IEnumerable<string> MethodsOf(Type contract) => contract.GetMethods()
        .GroupBy(static method => method.Name, StringComparer.Ordinal)
        .SelectMany(group => group.Count() == 1
            ? [$"{contract.Name}.{group.Key}"]
            : group.Select((MethodInfo method) => $"{contract.Name}.{group.Key}/{method.GetParameters().Length}"));
}
