using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Rotations: two keys and their rules in one step.</content>
public abstract partial class ApiKeyStoreSuite
{
    [Fact]
    public async Task Rotate_KeyWithRules_WritesAllOfIt()
    {
        var (server, old) = (await AddServerAsync(Sample.Server(Tenant)), await AddKeyAsync(Sample.Key(Tenant)));
        var rules = new[]
        {
            await AddRuleAsync(Sample.FullAccessRule(Tenant, server.Id, AccessSubject.ForApiKey(old.Id))),
            await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(old.Id))),
        };
        await Rules.RecordAccessAsync(Tenant, [new AccessRuleUse(rules[0].Id, 7, old.CreatedAt)], Cancellation);
        var start = await Revisions.GetAsync(Cancellation);
        var rotation = Rotate(old, rules) with { Audit = [Sample.AuditEvent(Tenant, action: "first"), Sample.AuditEvent(Tenant, action: "second")] };

        var result = await Keys.RotateAsync(Tenant, rotation, Cancellation);

        Assert.Equal(Describe.Key(rotation.Successor with { CreatedAt = result.Successor!.CreatedAt, Version = 1 }), Describe.Key(result.Successor));
        Assert.Equal(Describe.Key(result.Successor), Describe.Key((await Keys.FindByLookupIdAsync(rotation.Successor.LookupId, Cancellation))!.Key));
        var ended = (await Keys.FindAsync(Tenant, old.Id, Cancellation))!.Key;
        Assert.Equal(Describe.Key(rotation.Old with { ExpiresAt = ended.ExpiresAt, Version = 2 }), Describe.Key(ended));
        Assert.Equal(rotation.Old.ExpiresAt!.Value, ended.ExpiresAt!.Value, TimeSpan.FromMicroseconds(1));
        Assert.Equal(2, (await ListRulesAsync(old.Id)).Count);
        Assert.Equal(
            rules.Select(rule => Describe.AccessRule(rule with { Id = default, Subject = AccessSubject.ForApiKey(result.Successor.Id) })).Order(StringComparer.Ordinal),
            (await ListRulesAsync(result.Successor.Id)).Select(rule => Describe.AccessRule(rule with { Id = default })).Order(StringComparer.Ordinal));
        Assert.Equal(["first", "second"], (await Get<IAuditStore>().ReadChainAsync(Tenant, 0, null, 10, Cancellation)).Select(row => row.Event.Action));
        Assert.Equal([RegistryChangeOperation.Saved], await TakeOperationsAsync(start, Tenant, RegistryChangeKind.ApiKey, old.Id, 1));
        Assert.Equal([RegistryChangeOperation.Saved], await TakeOperationsAsync(start, Tenant, RegistryChangeKind.ApiKey, result.Successor.Id, 1));
        foreach (var copy in rotation.Rules)
        {
            Assert.Equal([RegistryChangeOperation.Saved], await TakeOperationsAsync(start, Tenant, RegistryChangeKind.AccessControl, copy.Rule.Id, 1));
        }
    }

    [Fact]
    public async Task Rotate_WhatWasReadIsNoMore_IsRefusedWithoutATrace()
    {
        var (server, other) = (await AddServerAsync(Sample.Server(Tenant)), await AddServerAsync(Sample.Server(Tenant)));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var taken = await AddKeyAsync(Sample.Key(Tenant));
        var rule = await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id)));
        var good = Rotate(key, rule);
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        await AssertRefusedAsync(ApiKeyRotationOutcome.NotFound, null, Rotate(Sample.Key(Tenant)));
        await AssertRefusedAsync(ApiKeyRotationOutcome.Stale, null, good with { Old = good.Old with { Version = 7 } });
        await AssertRefusedAsync(ApiKeyRotationOutcome.Stale, null, good with { Rules = [] });
        await AssertRefusedAsync(ApiKeyRotationOutcome.Stale, null, good with { Rules = [good.Rules[0] with { SourceVersion = 2 }] });
        await AssertRefusedAsync(ApiKeyRotationOutcome.Stale, null, good with { Rules = [good.Rules[0] with { Source = Guid.CreateVersion7() }] });
        await AssertRefusedAsync(ApiKeyRotationOutcome.Conflict, "name", good with { Successor = good.Successor with { Name = taken.Name } });
        await AssertRefusedAsync(ApiKeyRotationOutcome.Conflict, "lookupId", good with { Successor = good.Successor with { LookupId = taken.LookupId } });
        await AssertRefusedAsync(ApiKeyRotationOutcome.LimitReached, null, good with { MaxKeys = 2 });

        var next = await AddKeyAsync(Sample.Key(Tenant) with { RotatedFrom = key.Id });
        revision = await Revisions.GetAsync(Tenant, Cancellation);
        Assert.Equal(next.Id, (await AssertRefusedAsync(ApiKeyRotationOutcome.HasSuccessor, null, good)).ExistingSuccessor);
        Assert.True((await Keys.UpdateAsync(Tenant, next with { RevokedAt = key.CreatedAt }, null, Cancellation)).Succeeded);
        Assert.True((await Rules.UpdateAsync(Tenant, rule with { ServerId = other.Id }, null, Cancellation)).Succeeded);
        revision = await Revisions.GetAsync(Tenant, Cancellation);
        await AssertRefusedAsync(ApiKeyRotationOutcome.Stale, null, good);
        await Servers.DeleteAsync(Tenant, other.Id, null, null, Cancellation);
        revision = await Revisions.GetAsync(Tenant, Cancellation);
        await AssertRefusedAsync(ApiKeyRotationOutcome.Stale, null, good);
        Assert.True((await Keys.RotateAsync(Tenant, Rotate(key) with { MaxKeys = 3 }, Cancellation)).Succeeded);

        async Task<ApiKeyRotationResult> AssertRefusedAsync(ApiKeyRotationOutcome outcome, string? field, ApiKeyRotation rotation)
        {
            var result = await Keys.RotateAsync(Tenant, rotation with { Audit = [Sample.AuditEvent(Tenant)] }, Cancellation);
            Assert.Equal((outcome, field), (result.Outcome, result.ConflictField));
            Assert.Equal(Describe.Key(key), Describe.Key((await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Key));
            Assert.Null(await Keys.FindAsync(Tenant, rotation.Successor.Id, Cancellation));
            Assert.Empty(await ListRulesAsync(rotation.Successor.Id));
            Assert.Empty(await Get<IAuditStore>().ReadChainAsync(Tenant, 0, null, 10, Cancellation));
            Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
            return result;
        }
    }

    [Fact]
    public async Task Rotate_SameKeyConcurrently_ExactlyOneWins()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var rule = await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id)));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Keys.RotateAsync(Tenant, Rotate(key, rule), Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.All(results, result => Assert.True(result.Outcome is ApiKeyRotationOutcome.Success or ApiKeyRotationOutcome.Stale or ApiKeyRotationOutcome.HasSuccessor, $"{result.Outcome}"));
        Assert.Equal(2, (await ListAsync(Tenant)).Count);
        Assert.Equal(2, (await Rules.ListByServerAsync(Tenant, server.Id, null, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task Rotate_ManyKeysAtOnce_KeepToTheLimit()
    {
        var keys = new List<ApiKey>();
        for (var i = 0; i < 10; i++)
        {
            keys.Add(await AddKeyAsync(Sample.Key(Tenant)));
        }

        var results = await Task.WhenAll(keys.Select(key => Task.Run(
            async () => await Keys.RotateAsync(Tenant, Rotate(key) with { MaxKeys = keys.Count + 1 }, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(keys.Count - 1, results.Count(result => result.Outcome == ApiKeyRotationOutcome.LimitReached));
    }

    [Fact]
    public async Task Rotate_RowsThatDoNotBelongTogether_Throws()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var rotation = Rotate(key, await AddRuleAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForApiKey(key.Id))));
        var copy = rotation.Rules[0];

        foreach (var wrong in (ApiKeyRotation[])
        [
            rotation with { Successor = rotation.Successor with { Tenant = OtherTenant } },
            rotation with { Rules = [copy with { Rule = copy.Rule with { Tenant = OtherTenant } }] },
            rotation with { Rules = [copy with { Rule = copy.Rule with { Subject = AccessSubject.ForApiKey(key.Id) } }] },
        ])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Keys.RotateAsync(Tenant, wrong, Cancellation));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.RotateAsync(Tenant, rotation, Cancelled));
        Assert.Equal(Describe.Key(key), Describe.Key(Assert.Single(await ListAsync(Tenant))));
    }

    [Fact]
    public async Task Add_KeyUntilTheEndOfTheCalendar_ComesBack()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant) with { ExpiresAt = DateTimeOffset.MaxValue });

        Assert.Equal(DateTimeOffset.MaxValue, key.ExpiresAt!.Value, TimeSpan.FromMicroseconds(1));
        Assert.Equal(key.ExpiresAt, (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Key.ExpiresAt);
        Assert.Equal(1, await Keys.CountAsync(Tenant, key.CreatedAt, Cancellation));
    }

    private ApiKeyRotation Rotate(ApiKey old, params AccessRule[] rules)
    {
        var successor = Sample.Key(old.Tenant) with { RotatedFrom = old.Id };
        return new ApiKeyRotation
        {
            Old = old with { ExpiresAt = old.CreatedAt.AddDays(1) },
            Successor = successor,
            Rules =
            [
                .. rules.Select(rule => new ApiKeyRuleCopy(
                    rule.Id, rule.Version, rule with { Id = Guid.CreateVersion7(), Subject = AccessSubject.ForApiKey(successor.Id), AccessCount = 3 })),
            ],
            Now = old.CreatedAt,
        };
    }
}
