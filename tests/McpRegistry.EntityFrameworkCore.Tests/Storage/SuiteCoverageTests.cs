using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class SuiteCoverageTests
{
    private static readonly Type[] Suites =
        [.. typeof(StoreSuite).Assembly.GetTypes().Where(type => type.IsAbstract && type.IsSubclassOf(typeof(StoreSuite)))];

    private static readonly Type[] Stores =
        [.. typeof(StorageFixture).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(StorageFixture)))];

    [Fact]
    public void Suites_EveryStore_RunsEveryOne()
    {
        var missing =
            from suite in Suites
            from store in Stores
            where !typeof(SuiteCoverageTests).Assembly.GetTypes().Any(type => IsRun(type, suite, store))
            select $"{suite.Name} on {store.Name}";

        Assert.Equal(3, Stores.Length);
        Assert.True(Suites.Length >= 4);
        Assert.Empty(missing);
    }

    private static bool IsRun(Type type, Type suite, Type store) =>
        !type.IsAbstract && type.IsPublic && type.IsSubclassOf(suite)
        && typeof(IClassFixture<>).MakeGenericType(store).IsAssignableFrom(type);
}
