using McpRegistry.AccessControl;
using McpRegistry.Core.Tests.Storage;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

public sealed class AccessRulesTests
{
    private static readonly AccessSubject Subject = AccessSubject.ForUser(new Guid(3, 0, 0, new byte[8]));

    private readonly AccessRules _rules = new AccessFixture(new RegistrySnapshots(), new ManualTimeProvider()).Rules;

    [Fact]
    public async Task Reload_RestoredStore_ItsOlderRulesAreInForce()
    {
        var (older, other) = (Rule(), Rule());
        _rules.Save(older with { Version = 3, Permissions = AccessPermissions.Admin }, other with { Version = 2 });

        await _rules.ReloadAsync([older, other with { Version = 2, Permissions = AccessPermissions.Write, UpdatedAt = other.UpdatedAt.AddHours(1) }]);

        Assert.Equal((AccessPermissions.Read, AccessPermissions.Write), (InForce(older), InForce(other)));
        _rules.Save(older with { Version = 2, Permissions = AccessPermissions.Proxy });
        Assert.Equal(AccessPermissions.Proxy, InForce(older));
    }

    [Fact]
    public async Task Reload_SavedMeanwhile_StaysUnlessWhatWasReadIsNewer()
    {
        var (changed, overtaken) = (Rule(), Rule());
        _rules.Save(changed, overtaken);

        await _rules.ReloadAsync(
            [changed, overtaken with { Version = 3, Permissions = AccessPermissions.Proxy }],
            () => _rules.Save(changed with { Version = 2, Permissions = AccessPermissions.Write }, overtaken with { Version = 2, Permissions = AccessPermissions.Write }));

        Assert.Equal((AccessPermissions.Write, AccessPermissions.Proxy), (InForce(changed), InForce(overtaken)));
    }

    [Fact]
    public async Task Reload_WentMeanwhile_DoesNotComeBack()
    {
        var (known, unknown) = (Rule(), Rule());
        _rules.Save(known);

        await _rules.ReloadAsync([known, unknown], () => _rules.Remove(rule => rule.Id == known.Id || rule.Id == unknown.Id));
        Assert.True(_rules.Current.IsEmpty);

        await _rules.ReloadAsync([known]);
        Assert.Equal(AccessPermissions.Read, InForce(known));
    }

    [Fact]
    public async Task Reload_NothingDiffers_TheTableStays()
    {
        var rule = Rule();
        _rules.Save(rule);
        var table = _rules.Current;

        await _rules.ReloadAsync([rule with { AllowedHours = [.. rule.AllowedHours] }]);

        Assert.Same(table, _rules.Current);
    }

    private AccessPermissions InForce(AccessRule rule) => _rules.Current.Find(rule.Id)!.Rule.Permissions;

    private static AccessRule Rule() => AccessFixture.Rule(SampleServers.Of($"s{Guid.CreateVersion7().ToString("N")[^8..]}"), Subject, AccessPermissions.Read);
}
