using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Storage;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>A replica that meets the successor of a key before it has heard of the rules that were copied for it.</summary>
public sealed class RotatedKeyRuleTests : IAsyncDisposable
{
    private readonly KeyWorld _keys = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static TenantId Global => TenantId.Global;

    private IAccessRuleStore Store => _keys.Get<IAccessRuleStore>();

    public ValueTask DisposeAsync() => _keys.DisposeAsync();

    [Fact]
    public async Task ValidateAsync_SuccessorBeforeTheFeedTellsOfItsRules_TheyAreInForce()
    {
        var (_, old) = await _keys.IssueAsync();
        var rule = await AddRuleAsync(old);
        await using var other = _keys.Join();
        await other.FollowAsync();
        var (text, successor) = await RotateAsync(old);

        Assert.Equal(ApiKeyFailure.None, await other.FailureAsync(text));

        var copy = Assert.Single(other.Get<AccessRules>().Current.Rules, known => known.Rule.Subject == AccessSubject.ForApiKey(successor.Id)).Rule;
        Assert.Equal((rule.ServerId, rule.Permissions), (copy.ServerId, copy.Permissions));
        var table = other.Get<AccessRules>().Current;
        await other.FollowAsync();
        Assert.Same(table, other.Get<AccessRules>().Current);
    }

    /// <summary>Whoever gets the new key may use it here at once.</summary>
    [Fact]
    public async Task RotateAsync_KeyWithRules_TheirCopiesAreInForceBeforeTheFeedTells()
    {
        var (_, old) = await _keys.IssueAsync();
        var rule = await AddRuleAsync(old);

        var (_, successor) = await RotateAsync(old);

        var copy = Assert.Single(RulesAbout(successor));
        Assert.Equal((rule.ServerId, rule.Permissions), (copy.ServerId, copy.Permissions));
    }

    /// <summary>The feed has told of the deletion before the copies came into force, and will not do so again.</summary>
    [Fact]
    public async Task RotateAsync_CopyIsDeletedMeanwhile_IsNotInForceAndTheOthersAreReadWithTheKey()
    {
        var (_, old) = await _keys.IssueAsync();
        var (gone, stays) = (await AddRuleAsync(old), await AddRuleAsync(old));
        _keys.Store.AfterNextRotation = async successor =>
        {
            var copies = await KeyRules.ReadAsync(Store, successor, Cancellation);
            await _keys.FollowAsync();
            Assert.True((await Store.DeleteAsync(Global, copies.Single(copy => copy.ServerId == gone.ServerId).Id, null, null, Cancellation)).Succeeded);
            await _keys.FollowAsync();
            _keys.Get<AccessRules>().Remove(rule => rule.Subject == AccessSubject.ForApiKey(successor.Id));
        };

        var (text, successor) = await RotateAsync(old);

        Assert.Empty(RulesAbout(successor));
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(text));
        Assert.Equal([stays.ServerId], RulesAbout(successor).Select(static rule => rule.ServerId));
    }

    [Fact]
    public async Task ValidateAsync_WarmSuccessorAndKeysThatReplaceNone_ReadNoRules()
    {
        var (plain, old) = await _keys.IssueAsync();
        await AddRuleAsync(old);
        var (text, _) = await RotateAsync(old);
        var store = new HookedRuleStore(Store);
        var validator = new ApiKeyValidator(
            new ApiKeyLoader(_keys.Store, _keys.Tenants, _keys.Users, _keys.Clock, Microsoft.Extensions.Options.Options.Create(new ApiKeyOptions()), null, new KeyRules(_keys.Get<AccessRules>(), store)),
            _keys.Get<ApiKeyHasher>(), _keys.Get<ApiKeyCache>(), _keys.Get<UnknownKeys>(), _keys.Get<KnownLookupIds>(), _keys.Get<GuessThrottle>(),
            _keys.Get<ApiKeyAttemptRecorder>(), _keys.Get<LookupLimit>(), _keys.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<ApiKeyValidator>.Instance);

        Assert.True((await validator.ValidateAsync(plain, null, Cancellation)).IsValid);
        Assert.Equal(0, store.Lists);
        Assert.True((await validator.ValidateAsync(text, null, Cancellation)).IsValid);
        Assert.True((await validator.ValidateAsync(text, null, Cancellation)).IsValid);
        Assert.Equal(1, store.Lists);
    }

    /// <summary>The feed has told of the deletion, and will not do so again.</summary>
    [Fact]
    public async Task TakeOver_RuleIsDeletedAfterItWasRead_IsNotInForce()
    {
        var (_, old) = await _keys.IssueAsync();
        var (gone, stays) = (await AddRuleAsync(old), await AddRuleAsync(old));
        var store = new HookedRuleStore(Store);
        store.AfterNextRead = async () =>
        {
            Assert.True((await Store.DeleteAsync(Global, gone.Id, null, null, Cancellation)).Succeeded);
            await _keys.FollowAsync();
            _keys.Get<AccessRules>().Remove(rule => rule.Id == stays.Id);
        };

        await new KeyRules(_keys.Get<AccessRules>(), store).TakeOverAsync(old, Cancellation);

        Assert.Equal([stays.Id], _keys.Get<AccessRules>().Current.Rules.Select(static rule => rule.Rule.Id));
        Assert.Equal(2, store.Lists);
    }

    /// <summary>Every cold look-up of the key comes here, for as long as there is the key.</summary>
    [Fact]
    public async Task TakeOver_AgainAndAgain_ReadsOnceBetweenReloads()
    {
        var (_, old) = await _keys.IssueAsync();
        var rule = await AddRuleAsync(old);
        var rules = _keys.Get<AccessRules>();
        var store = new HookedRuleStore(Store);
        var takenOver = new KeyRules(rules, store);

        await takenOver.TakeOverAsync(old, Cancellation);
        await takenOver.TakeOverAsync(old, Cancellation);
        Assert.Equal(1, store.Lists);

        await rules.ReloadAsync([]);
        await takenOver.TakeOverAsync(old, Cancellation);
        Assert.Equal(2, store.Lists);
        Assert.NotNull(rules.Current.Find(rule.Id));
    }

    /// <summary>A reading of all rules that began before the rotation has not seen its rules.</summary>
    [Fact]
    public async Task Reload_RulesWereTakenOverMeanwhile_OnlyThoseThatAreGoneGo()
    {
        var (_, old) = await _keys.IssueAsync();
        var rules = _keys.Get<AccessRules>();
        var known = await AddRuleAsync(old);
        await _keys.FollowAsync();
        await Store.DeleteAsync(Global, known.Id, null, null, Cancellation);
        var store = new HookedRuleStore(Store);
        AccessRule? added = null;
        store.AfterNextRead = async () =>
        {
            added = await AddRuleAsync(old);
            var gone = await AddRuleAsync(old);
            await new KeyRules(rules, Store).TakeOverAsync(old, Cancellation);
            await Store.DeleteAsync(Global, gone.Id, null, null, Cancellation);
        };

        await new AccessRuleFollower(store, rules).ReloadAsync(Cancellation);

        Assert.Equal([added!.Id], rules.Current.Rules.Select(static rule => rule.Rule.Id));
    }

    private IEnumerable<AccessRule> RulesAbout(ApiKey key) => _keys.Get<AccessRules>().Current.Rules
        .Select(static known => known.Rule).Where(rule => rule.Subject == AccessSubject.ForApiKey(key.Id));

    private async Task<AccessRule> AddRuleAsync(ApiKey key)
    {
        var server = SampleServers.Of($"s{Guid.CreateVersion7().ToString("N")[^8..]}");
        Assert.True((await _keys.Get<IServerStore>().AddAsync(Global, server, null, Cancellation)).Succeeded);
        var rule = AccessFixture.Rule(server, AccessSubject.ForApiKey(key.Id), AccessPermissions.Read);
        return (await Store.AddAsync(Global, rule, null, Cancellation)).Value!;
    }

    private async Task<(string Text, ApiKey Key)> RotateAsync(ApiKey old)
    {
        var rotated = await _keys.Get<IApiKeyRegistrar>().RotateAsync(Global, ApiKeyScope.Admin, old.Id, null, null, AuditActor.System, Cancellation);
        Assert.Equal(ApiKeyWriteOutcome.Success, rotated.Outcome);
        return (rotated.Secret!, rotated.Key!.Key);
    }
}
