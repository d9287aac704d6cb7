using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>How keys and the access rules about them hang together.</content>
public abstract partial class ApiKeyStoreSuite
{
    private IAccessRuleStore Rules => Get<IAccessRuleStore>();

    [Fact]
    public async Task Delete_KeyThatRulesAreAbout_IsRefusedAndNamesThem()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var others = await AddKeyAsync(Sample.Key(Tenant));
        var ended = await AddRuleAsync(Sample.FullAccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id)));
        var rule = await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id)));
        await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(others.Id)));
        var start = await Revisions.GetAsync(Tenant, Cancellation);

        var refused = await Keys.DeleteAsync(Tenant, key.Id, null, Sample.AuditEvent(Tenant, action: "refused"), Cancellation);

        Assert.Equal((StoreOutcome.InUse, 2), (refused.Outcome, refused.Uses));
        Assert.Equal(new[] { ended.Id, rule.Id }.Order(), refused.UsedBy);
        Assert.NotNull(await Keys.FindAsync(Tenant, key.Id, Cancellation));
        Assert.Equal(2, (await ListRulesAsync(key.Id)).Count);
        Assert.Equal(start, await Revisions.GetAsync(Tenant, Cancellation));
        await Rules.DeleteAsync(Tenant, ended.Id, null, null, Cancellation);
        Assert.Equal([rule.Id], (await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).UsedBy);
        await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation);
        Assert.True((await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task Delete_MoreRulesThanAreNamed_CountsAllOfThem()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        for (var i = 0; i < StoreDeletion.MaxNamed + 2; i++)
        {
            await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id)));
        }

        var refused = await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation);

        Assert.Equal((StoreDeletion.MaxNamed + 2, StoreDeletion.MaxNamed), (refused.Uses, refused.UsedBy.Length));
    }

    [Fact]
    public async Task Delete_WhileARuleIsMadeAboutTheKey_NeverTakesItAlong()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(async () =>
        {
            var key = await AddKeyAsync(Sample.Key(Tenant));
            var rule = Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id));

            var added = Task.Run(async () => await Rules.AddAsync(Tenant, rule, null, Cancellation));
            var deleted = await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation);

            Assert.Equal((await added).Succeeded, deleted.Outcome == StoreOutcome.InUse);
            Assert.Equal((await added).Succeeded, await Rules.FindAsync(Tenant, rule.Id, Cancellation) is not null);
        })));
    }

    private async Task<AccessRule> AddRuleAsync(AccessRule rule)
    {
        var result = await Rules.AddAsync(rule.Tenant, rule, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }

    private ValueTask<IReadOnlyList<AccessRule>> ListRulesAsync(Guid key) =>
        Rules.ListBySubjectAsync(Tenant, AccessSubject.ForApiKey(key), null, 1000, Cancellation);
}
