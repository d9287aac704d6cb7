using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Lists, deletion, and what failed attempts leave behind.</content>
public abstract partial class ApiKeyStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task List_Pages_AreInCodePointOrderAndOfTheTenantOnly(int limit)
    {
        foreach (var name in new[] { "b", "B", "a", "é", "\uFF5E", "😀", "a b", "Z", "_" })
        {
            await AddKeyAsync(Sample.Key(Tenant, name));
        }

        await AddKeyAsync(Sample.Key(OtherTenant));

        Assert.Equal(["B", "Z", "_", "a", "a b", "b", "é", "\uFF5E", "😀"], await ReadNamesAsync(limit));
    }

    [Fact]
    public async Task List_HostileNames_NoGapAndNoRepeat()
    {
        var names = HostileTexts.Select(row => row.Data).ToList();
        foreach (var name in names)
        {
            await AddKeyAsync(Sample.Key(Tenant, name));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), (await ReadNamesAsync(2)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_RowsChangeBetweenPages_NeverSkipsOrRepeatsTheOthers()
    {
        foreach (var name in new[] { "b", "d", "f", "h" })
        {
            await AddKeyAsync(Sample.Key(Tenant, name));
        }

        var first = await Keys.ListAsync(Tenant, null, 2, Cancellation);
        await AddKeyAsync(Sample.Key(Tenant, "a"));
        await AddKeyAsync(Sample.Key(Tenant, "e"));
        await Keys.DeleteAsync(Tenant, first[1].Key.Id, null, null, Cancellation);
        var second = await Keys.ListAsync(Tenant, first[1].Key.Name, 10, Cancellation);

        Assert.Equal(["b", "d"], first.Select(stored => stored.Key.Name));
        Assert.Equal(["e", "f", "h"], second.Select(stored => stored.Key.Name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Keys.ListAsync(Tenant, null, limit, Cancellation));

    [Fact]
    public async Task Delete_Key_IsGoneAndItsValuesFree()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));

        Assert.True((await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).Succeeded);
        Assert.False((await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).Succeeded);
        Assert.Null(await Keys.FindAsync(Tenant, key.Id, Cancellation));
        Assert.Null(await Keys.FindByLookupIdAsync(key.LookupId, Cancellation));
        await AddKeyAsync(key);
    }

    [Fact]
    public async Task Delete_OtherVersionThanExpected_IsStaleWithoutATrace()
    {
        var (server, key) = (await AddServerAsync(Sample.Server(Tenant)), await AddKeyAsync(Sample.Key(Tenant)));
        var changed = (await Keys.UpdateAsync(Tenant, key with { Description = "new" }, null, Cancellation)).Value!;
        var rule = await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id)));
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.Equal(StoreOutcome.Stale, (await Keys.DeleteAsync(Tenant, key.Id, key.Version, Sample.AuditEvent(Tenant), Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.InUse, (await Keys.DeleteAsync(Tenant, key.Id, changed.Version, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Keys.DeleteAsync(OtherTenant, key.Id, key.Version, null, Cancellation)).Outcome);
        Assert.Equal(Describe.Key(changed), Describe.Key((await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Key));
        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
        await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation);
        Assert.True((await Keys.DeleteAsync(Tenant, key.Id, changed.Version, null, Cancellation)).Succeeded);
        Assert.Equal(StoreOutcome.NotFound, (await Keys.DeleteAsync(Tenant, key.Id, changed.Version, null, Cancellation)).Outcome);
    }

    [Fact]
    public async Task AnyMethod_OtherTenant_SeesAndChangesNothing()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var before = Describe.Stored(await Keys.FindAsync(Tenant, key.Id, Cancellation));

        foreach (var stranger in (TenantId[])[OtherTenant, TenantId.Global])
        {
            Assert.Null(await Keys.FindAsync(stranger, key.Id, Cancellation));
            Assert.False((await Keys.DeleteAsync(stranger, key.Id, null, null, Cancellation)).Succeeded);
            Assert.False(await Keys.LockAsync(stranger, key.Id, key.CreatedAt, null, null, Cancellation));
            Assert.Empty(await Keys.RecordAttemptsAsync(stranger, [Failed(key, 3)], Cancellation));
        }

        Assert.Equal(before, Describe.Stored(await Keys.FindAsync(Tenant, key.Id, Cancellation)));
    }

    [Fact]
    public async Task RecordAttempts_SeveralReports_AddUpUntilASuccess()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var other = await AddKeyAsync(Sample.Key(Tenant));
        var late = key.CreatedAt.AddMinutes(9);

        var first = await Keys.RecordAttemptsAsync(Tenant, [Failed(key, 2, late), Failed(other, 1)], Cancellation);
        var second = await Keys.RecordAttemptsAsync(Tenant, [Failed(key, 3, late.AddMinutes(-5)), Failed(Sample.Key(Tenant), 1)], Cancellation);
        var third = await Keys.RecordAttemptsAsync(Tenant, [new ApiKeyAttempts { KeyId = other.Id, Succeeded = true }], Cancellation);

        Assert.Equal([2, 1], [first[key.Id].FailedAttempts, first[other.Id].FailedAttempts]);
        Assert.Equal([key.Id], second.Keys);
        Assert.Equal(new ApiKeyLockout { FailedAttempts = 5, LastFailedAttempt = late }, second[key.Id]);
        Assert.Equal(second[key.Id], (await Keys.FindByLookupIdAsync(key.LookupId, Cancellation))!.Lockout);
        Assert.Equal(0, third[other.Id].FailedAttempts);
        Assert.NotNull(third[other.Id].LastFailedAttempt);
    }

    [Fact]
    public async Task RecordAttempts_Concurrently_NoneIsLostAndNoRevisionIsRaised()
    {
        var keys = new[] { await AddKeyAsync(Sample.Key(Tenant)), await AddKeyAsync(Sample.Key(Tenant)) };
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(async () => await Keys.RecordAttemptsAsync(
            Tenant, [Failed(keys[i % 2], 1), Failed(keys[(i + 1) % 2], 2)], Cancellation))));

        foreach (var key in keys)
        {
            Assert.Equal(Racers * 3 / 2, (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Lockout.FailedAttempts);
        }

        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task Lock_Key_IsReadWithItUntilLifted()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        await Keys.RecordAttemptsAsync(Tenant, [Failed(key, 5)], Cancellation);

        Assert.True(await Keys.LockAsync(Tenant, key.Id, key.CreatedAt.AddMinutes(15), null, null, Cancellation));
        var locked = (await Keys.FindByLookupIdAsync(key.LookupId, Cancellation))!.Lockout;
        Assert.True((await Keys.UpdateAsync(Tenant, key with { Name = "renamed" }, null, Cancellation)).Succeeded);
        var renamed = (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Lockout;
        Assert.True(await Keys.LockAsync(Tenant, key.Id, null, null, null, Cancellation));
        var lifted = (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Lockout;

        Assert.Equal((0, 1, key.CreatedAt.AddMinutes(15)), (locked.FailedAttempts, locked.Lockouts, locked.LockedUntil));
        Assert.Equal(locked, renamed);
        Assert.Equal((0, 0, null), (lifted.FailedAttempts, lifted.Lockouts, lifted.LockedUntil));
        Assert.False(await Keys.LockAsync(Tenant, Guid.CreateVersion7(), null, null, null, Cancellation));
    }

    [Fact]
    public async Task Writes_RaiseTheRevisionAndAreTold_FailuresAreNot()
    {
        var start = await Revisions.GetAsync(Cancellation);
        var key = await AddKeyAsync(Sample.Key(Tenant));
        Assert.True(await Keys.LockAsync(Tenant, key.Id, key.CreatedAt, null, null, Cancellation));
        Assert.False(await Keys.LockAsync(OtherTenant, key.Id, key.CreatedAt, null, null, Cancellation));
        Assert.True((await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).Succeeded);
        Assert.False((await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).Succeeded);

        Assert.Equal(3, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.Equal(
            [RegistryChangeOperation.Saved, RegistryChangeOperation.Saved, RegistryChangeOperation.Deleted],
            await TakeOperationsAsync(start, Tenant, RegistryChangeKind.ApiKey, key.Id, 3));
    }

    private static ApiKeyAttempts Failed(ApiKey key, int failures, DateTimeOffset? last = null) =>
        new() { KeyId = key.Id, Failures = failures, LastFailure = last ?? key.CreatedAt };

    private async Task<List<string>> ReadNamesAsync(int limit)
    {
        var names = new List<string>();
        while (true)
        {
            var page = await Keys.ListAsync(Tenant, names.Count == 0 ? null : names[^1], limit, Cancellation);
            Assert.True(page.Count <= limit);
            names.AddRange(page.Select(stored => stored.Key.Name));
            if (page.Count < limit)
            {
                return names;
            }
        }
    }
}
