using McpRegistry.AccessControl;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

public sealed class AccessRuleUsesTests
{
    private static readonly TenantId A = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId B = new(new Guid(2, 0, 0, new byte[8]));

    private readonly ManualTimeProvider _clock = new();
    private readonly FailingRuleStore _store = new();
    private readonly AccessFixture _access;

    public AccessRuleUsesTests() => _access = new AccessFixture(new RegistrySnapshots(), _clock, _store);

    [Fact]
    public async Task FlushAsync_CountedCalls_AreWrittenOnceForEachRule()
    {
        var (first, second) = (Count(A), Count(B));
        first.Add(_clock.GetUtcNow());
        first.Add(_clock.GetUtcNow());
        second.Add(_clock.GetUtcNow());
        await _access.Uses.FlushAsync(TestContext.Current.CancellationToken);
        await _access.Uses.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(A, 2L), (B, 1L)], _store.Recorded.OrderBy(use => use.Tenant.Value));
    }

    [Fact]
    public async Task FlushAsync_StoreFails_WritesItLaterAndNothingTwice()
    {
        var (first, second) = (Count(A), Count(B));
        first.Add(_clock.GetUtcNow());
        second.Add(_clock.GetUtcNow());
        _store.FailsAfter = 1;
        await Assert.ThrowsAsync<IOException>(() => _access.Uses.FlushAsync(TestContext.Current.CancellationToken));
        _store.FailsAfter = int.MaxValue;
        second.Add(_clock.GetUtcNow());
        await _access.Uses.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, _store.Recorded.Where(use => use.Tenant == A).Sum(use => use.Count));
        Assert.Equal(2, _store.Recorded.Where(use => use.Tenant == B).Sum(use => use.Count));
    }

    private AccessRuleCount Count(TenantId tenant) =>
        _access.Uses.Of(AccessFixture.Rule(SnapshotSample.Entry("a", tenant: tenant).Server, AccessSubject.ForTenant(tenant)));
}
