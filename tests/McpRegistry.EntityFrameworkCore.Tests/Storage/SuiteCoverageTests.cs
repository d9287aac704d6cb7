using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class SuiteCoverageTests
{
    [Fact]
    public void Suites_EveryStore_RunsEveryOne()
    {
        var stores = typeof(StorageFixture).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(StorageFixture)))
            .ToList();

        Assert.Equal(3, stores.Count);
        Assert.True(Coverage.Suites.Count >= 4);
        Assert.All(stores, store => Assert.Empty(Coverage.FindMissing(typeof(SuiteCoverageTests).Assembly, store)));
    }

    [Fact]
    public void Suites_StoreThatRunsNone_AreAllMissing() =>
        Assert.Equal(Coverage.Suites.Count, Coverage.FindMissing(typeof(SuiteCoverageTests).Assembly, typeof(TemporaryFolder)).Count);
}
