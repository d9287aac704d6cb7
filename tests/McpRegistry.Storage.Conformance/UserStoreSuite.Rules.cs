using McpRegistry.AccessControl;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>How users and the access rules about them hang together.</content>
public abstract partial class UserStoreSuite
{
    [Fact]
    public async Task Delete_UserThatARuleIsAbout_IsRefusedUntilTheRuleIsGone()
    {
        var rules = Get<IAccessRuleStore>();
        var server = await AddServerAsync(Sample.Server(Tenant));
        var user = await AddAsync(Sample.User(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant) with { Owner = user.Id });
        var rule = Sample.AccessRule(Tenant, server.Id, AccessSubject.ForUser(user.Id)) with { IsActive = false };
        var aboutKey = Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id));
        Assert.True((await rules.AddAsync(Tenant, rule, null, Cancellation)).Succeeded);
        Assert.True((await rules.AddAsync(Tenant, aboutKey, null, Cancellation)).Succeeded);

        var refused = await Users.DeleteAsync(Tenant, user.Id, null, Cancellation);
        var stays = await Users.FindAsync(Tenant, user.Id, Cancellation);
        await rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation);
        var deleted = await Users.DeleteAsync(Tenant, user.Id, null, Cancellation);

        Assert.Equal((StoreOutcome.InUse, 1, rule.Id), (refused.Outcome, refused.Uses, Assert.Single(refused.UsedBy)));
        Assert.NotNull(stays);
        Assert.True(deleted.Succeeded);

        // The keys of a user stay, and what is about them too.
        Assert.NotNull(await Keys.FindAsync(Tenant, key.Id, Cancellation));
        Assert.NotNull(await rules.FindAsync(Tenant, aboutKey.Id, Cancellation));
    }
}
