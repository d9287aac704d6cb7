using McpRegistry.AccessControl;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IAccessRuleStore"/> promises.</summary>
public abstract partial class AccessRuleStoreSuite(IStorageFixture storage) : PolicyStoreSuite(storage)
{
    private IAccessRuleStore Rules => Get<IAccessRuleStore>();

    [Fact]
    public async Task Add_FullRule_ReadsBackAsReturned()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var rule = Sample.FullAccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id));

        var added = await AddAsync(rule);

        Assert.Equal(
            Describe.AccessRule(rule with { CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt, StartsAt = added.StartsAt, EndsAt = added.EndsAt, Version = 1 }),
            Describe.AccessRule(added));
        Assert.Equal(rule.StartsAt!.Value, added.StartsAt!.Value, TimeSpan.FromMicroseconds(1));
        Assert.Equal(rule.EndsAt!.Value, added.EndsAt!.Value, TimeSpan.FromMicroseconds(1));
        Assert.Equal(Describe.AccessRule(added), Describe.AccessRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
    }

    [Fact]
    public async Task Add_MinimalRule_ReadsBackAsReturned()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = Sample.AccessRule(Tenant, server.Id);

        var added = await AddAsync(rule with { AllowedDays = default, DeniedMethods = default, AccessCount = 7, LastAccess = rule.CreatedAt, Version = 9 });

        Assert.Equal(
            Describe.AccessRule(rule with { CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt, Version = 1 }),
            Describe.AccessRule(added));
        Assert.Equal(Describe.AccessRule(added), Describe.AccessRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
    }

    [Theory]
    [InlineData(AccessPermissions.None)]
    [InlineData(AccessPermissions.Read)]
    [InlineData(AccessPermissions.Write)]
    [InlineData(AccessPermissions.Admin)]
    [InlineData(AccessPermissions.Proxy)]
    public async Task Add_Permissions_ComeBack(AccessPermissions permissions)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id) with { Permissions = permissions });

        Assert.Equal(permissions, (await Rules.FindAsync(Tenant, rule.Id, Cancellation))!.Permissions);
    }

    [Fact]
    public async Task Add_ServerOfAnotherTenantOrGlobal_IsAllowed()
    {
        var foreign = await AddServerAsync(Sample.Server(OtherTenant));
        var global = await AddServerAsync(Sample.Server(TenantId.Global));

        await AddAsync(Sample.AccessRule(Tenant, foreign.Id));
        await AddAsync(Sample.AccessRule(Tenant, global.Id, AccessSubject.ForTenant(OtherTenant)));

        Assert.Empty(await Rules.ListByServerAsync(OtherTenant, foreign.Id, null, 10, Cancellation));
        Assert.Single(await Rules.ListByServerAsync(Tenant, foreign.Id, null, 10, Cancellation));
    }

    [Fact]
    public async Task Add_RowsThatDoNotExist_ConflictOnTheirField()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var nothing = Guid.CreateVersion7();

        await AssertConflictAsync("serverId", Sample.AccessRule(Tenant, nothing));
        await AssertConflictAsync("userId", Sample.AccessRule(Tenant, server.Id, AccessSubject.ForUser(nothing)));
        await AssertConflictAsync("apiKeyId", Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(nothing)));
        await AssertConflictAsync("serverId", Sample.AccessRule(Tenant, nothing, AccessSubject.ForUser(nothing)));
    }

    [Fact]
    public async Task Write_UserOrKeyOfAnotherTenant_ConflictsLikeOneThatDoesNotExist()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var user = (await Get<IUserStore>().AddAsync(OtherTenant, Sample.User(OtherTenant), null, Cancellation)).Value!.Id;
        var key = (await AddKeyAsync(Sample.Key(OtherTenant))).Id;
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));

        foreach (var (field, subject) in new[] { ("userId", AccessSubject.ForUser(user)), ("apiKeyId", AccessSubject.ForApiKey(key)) })
        {
            await AssertConflictAsync(field, Sample.AccessRule(Tenant, server.Id, subject));
            var update = await Rules.UpdateAsync(Tenant, rule with { Subject = subject }, null, Cancellation);
            Assert.Equal((StoreOutcome.Conflict, field), (update.Outcome, update.ConflictField));
            await AddAsync(Sample.AccessRule(OtherTenant, server.Id, subject));
        }

        Assert.Equal(Describe.AccessRule(rule), Describe.AccessRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
    }

    [Fact]
    public async Task Add_TakenId_Conflicts()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));

        await AssertConflictAsync("id", rule);
        await AssertConflictAsync("id", rule with { Tenant = OtherTenant });
    }

    [Fact]
    public async Task Add_WrongTenantOrNobody_Throws()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = Sample.AccessRule(Tenant, server.Id);

        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.AddAsync(OtherTenant, rule, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.AddAsync(Tenant, rule with { Subject = default }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.UpdateAsync(Tenant, rule with { Subject = new((AccessSubjectKind)9, rule.Id) }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.ListBySubjectAsync(Tenant, default, null, 1, Cancellation));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id) with { AllowedMethods = [text], DeniedMethods = [text, "a"], TimeZone = text });

        var found = await Rules.FindAsync(Tenant, rule.Id, Cancellation);
        Assert.Equal([text, text, "a", text], [.. found!.AllowedMethods, .. found.DeniedMethods, found.TimeZone!]);
    }

    [Fact]
    public async Task Update_Rule_ReplacesAllButIdTenantCreationTimeAndAccesses()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var other = await AddServerAsync(Sample.Server(OtherTenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        await Rules.RecordAccessAsync(Tenant, [new(rule.Id, 3, rule.CreatedAt)], Cancellation);
        var wanted = Sample.FullAccessRule(Tenant, other.Id, AccessSubject.ForApiKey(key.Id)) with { Id = rule.Id, AccessCount = 99, Version = 1 };

        var result = await Rules.UpdateAsync(Tenant, wanted, null, Cancellation);

        Assert.True(result.Succeeded);
        var updated = result.Value;
        var expected = wanted with
        {
            CreatedAt = rule.CreatedAt,
            UpdatedAt = updated.UpdatedAt,
            StartsAt = updated.StartsAt,
            EndsAt = updated.EndsAt,
            LastAccess = rule.CreatedAt,
            AccessCount = 3,
            Version = 2,
        };
        Assert.Equal(Describe.AccessRule(expected), Describe.AccessRule(updated));
        Assert.Equal(Describe.AccessRule(updated), Describe.AccessRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
    }

    [Fact]
    public async Task Update_UnknownForeignOrStale_ChangesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        var off = rule with { IsActive = false };

        Assert.Equal(StoreOutcome.NotFound, (await Rules.UpdateAsync(Tenant, off with { Id = Guid.CreateVersion7() }, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.UpdateAsync(OtherTenant, off, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.UpdateAsync(OtherTenant, off with { ServerId = rule.Id }, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.Stale, (await Rules.UpdateAsync(Tenant, off with { Version = 2 }, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.Stale, (await Rules.UpdateAsync(Tenant, off with { Version = 2, ServerId = rule.Id }, null, Cancellation)).Outcome);
        var missing = await Rules.UpdateAsync(Tenant, off with { ServerId = rule.Id }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "serverId"), (missing.Outcome, missing.ConflictField));
        Assert.Equal(Describe.AccessRule(rule), Describe.AccessRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
    }

    [Fact]
    public async Task Delete_Rule_OnlyByItsTenant()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));

        Assert.False((await Rules.DeleteAsync(OtherTenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.Null(await Rules.FindAsync(OtherTenant, rule.Id, Cancellation));
        Assert.True((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.False((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.Null(await Rules.FindAsync(Tenant, rule.Id, Cancellation));
    }

    [Fact]
    public async Task Delete_OtherVersionThanExpected_IsStaleWithoutATrace()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        var off = (await Rules.UpdateAsync(Tenant, rule with { IsActive = false }, null, Cancellation)).Value!;
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.Equal(StoreOutcome.Stale, (await Rules.DeleteAsync(Tenant, rule.Id, rule.Version, Sample.AuditEvent(Tenant), Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.DeleteAsync(OtherTenant, rule.Id, rule.Version, null, Cancellation)).Outcome);
        Assert.Equal(Describe.AccessRule(off), Describe.AccessRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.True((await Rules.DeleteAsync(Tenant, rule.Id, off.Version, null, Cancellation)).Succeeded);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.DeleteAsync(Tenant, rule.Id, off.Version, null, Cancellation)).Outcome);
    }

    [Fact]
    public async Task DeleteServer_Rules_GoWithIt()
    {
        var server = await AddServerAsync(Sample.Server(OtherTenant));
        var kept = await AddServerAsync(Sample.Server(OtherTenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        var other = await AddAsync(Sample.AccessRule(Tenant, kept.Id));

        Assert.True((await Servers.DeleteAsync(OtherTenant, server.Id, null, null, Cancellation)).Succeeded);

        Assert.Null(await Rules.FindAsync(Tenant, rule.Id, Cancellation));
        Assert.NotNull(await Rules.FindAsync(Tenant, other.Id, Cancellation));
        await AssertConflictAsync("serverId", rule);
    }

    private async Task<AccessRule> AddAsync(AccessRule rule)
    {
        var result = await Rules.AddAsync(rule.Tenant, rule, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }

    private async Task AssertConflictAsync(string field, AccessRule rule)
    {
        var result = await Rules.AddAsync(rule.Tenant, rule, null, Cancellation);
        Assert.Equal((StoreOutcome.Conflict, field), (result.Outcome, result.ConflictField));
    }
}
