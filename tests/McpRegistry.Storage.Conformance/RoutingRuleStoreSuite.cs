using McpRegistry.Routing;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRoutingRuleStore"/> promises.</summary>
public abstract partial class RoutingRuleStoreSuite(IStorageFixture storage) : PolicyStoreSuite(storage)
{
    private IRoutingRuleStore Rules => Get<IRoutingRuleStore>();

    [Fact]
    public async Task Add_FullOrMinimalRule_ReadsBackAsReturned()
    {
        foreach (var rule in new[] { Sample.FullRoutingRule(Tenant), Sample.RoutingRule(Tenant) })
        {
            var added = await AddAsync(rule with { Version = 8 });

            Assert.Equal(
                Describe.RoutingRule(rule with { CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt, Version = 1 }),
                Describe.RoutingRule(added));
            Assert.Equal(rule.CreatedAt, added.CreatedAt, TimeSpan.FromMicroseconds(1));
            Assert.Equal(Describe.RoutingRule(added), Describe.RoutingRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
        }
    }

    [Fact]
    public async Task Add_TakenValues_ConflictOnTheirField()
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant, "Weather"));

        var name = await Rules.AddAsync(Tenant, Sample.RoutingRule(Tenant, "wEATHER"), null, Cancellation);
        var id = await Rules.AddAsync(OtherTenant, Sample.RoutingRule(OtherTenant) with { Id = rule.Id }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (name.Outcome, name.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "id"), (id.Outcome, id.ConflictField));
        await AddAsync(Sample.RoutingRule(OtherTenant, "Weather"));
        await AddAsync(Sample.RoutingRule(Tenant, "Weather 2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{'a':1}")]
    [InlineData("[1,]")]
    [InlineData("// comment\n1")]
    [InlineData("nul")]
    [InlineData("NaN")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"b":{"a":1,"\u0061":2}}""")]
    [InlineData("""["\uD83D"]""")]
    [InlineData("""{"\uDE00":1}""")]
    [InlineData("\"\0\"")]
    [InlineData("1e400")]
    [InlineData("[-1e999999999]")]
    [InlineData("1e-20000")]
    public async Task Write_InvalidJson_Throws(string json)
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant));

        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.AddAsync(Tenant, Sample.RoutingRule(Tenant) with { Conditions = json }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.AddAsync(Tenant, Sample.RoutingRule(Tenant) with { Targets = json }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.UpdateAsync(Tenant, rule with { Conditions = json }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Rules.UpdateAsync(Tenant, rule with { Targets = json }, null, Cancellation));

        Assert.Equal(Describe.RoutingRule(rule), Describe.RoutingRule(Assert.Single(await Rules.ListAsync(Tenant, null, 10, Cancellation))));
    }

    [Fact]
    public async Task Write_HalfACharacterInJson_Throws() => await Assert.ThrowsAsync<ArgumentException>(
        async () => await Rules.AddAsync(Tenant, Sample.RoutingRule(Tenant) with { Targets = "\"\uD83D\"" }, null, Cancellation));

    [Theory]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("\"text\"")]
    [InlineData("1.5e308")]
    [InlineData("4.9e-324")]
    [InlineData("0.000")]
    [InlineData("""{"":{"b":[],"a":{}},"nul \u0000":"\u0000 \ud83d\ude00 \ue000 \uE0000000","\u0000":1}""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public async Task Add_ValidJson_KeepsItsValue(string json)
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant) with { Conditions = json, Targets = json });

        var found = await Rules.FindAsync(Tenant, rule.Id, Cancellation);
        Assert.Equal([Describe.Json(json), Describe.Json(json)], [Describe.Json(found!.Conditions), Describe.Json(found.Targets)]);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant, text) with { Description = text, LoadBalancingPolicy = text });

        var found = await Rules.FindAsync(Tenant, rule.Id, Cancellation);
        Assert.Equal([text, text, text], [found!.Name, found.Description!, found.LoadBalancingPolicy!]);
    }

    [Fact]
    public async Task Update_Rule_ReplacesAllButIdTenantAndCreationTime()
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant));
        var wanted = Sample.FullRoutingRule(Tenant) with { Id = rule.Id, CreatedAt = rule.CreatedAt.AddYears(-1), Version = 1 };

        var result = await Rules.UpdateAsync(Tenant, wanted, null, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(
            Describe.RoutingRule(wanted with { CreatedAt = rule.CreatedAt, UpdatedAt = result.Value.UpdatedAt, Version = 2 }),
            Describe.RoutingRule(result.Value));
        Assert.Equal(Describe.RoutingRule(result.Value), Describe.RoutingRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
    }

    [Fact]
    public async Task Update_UnknownForeignStaleOrTaken_ChangesNothing()
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant));
        var other = await AddAsync(Sample.RoutingRule(Tenant));
        var off = rule with { IsActive = false };

        Assert.Equal(StoreOutcome.NotFound, (await Rules.UpdateAsync(Tenant, off with { Id = Guid.CreateVersion7() }, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.UpdateAsync(OtherTenant, off, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.UpdateAsync(TenantId.Global, off, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.Stale, (await Rules.UpdateAsync(Tenant, off with { Version = 2, Name = other.Name }, null, Cancellation)).Outcome);
        var taken = await Rules.UpdateAsync(Tenant, off with { Name = other.Name.ToUpperInvariant() }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (taken.Outcome, taken.ConflictField));
        Assert.Equal(Describe.RoutingRule(rule), Describe.RoutingRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
        Assert.True((await Rules.UpdateAsync(Tenant, off with { Name = rule.Name.ToUpperInvariant() }, null, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task Delete_Rule_OnlyByItsTenant()
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant));

        Assert.False((await Rules.DeleteAsync(OtherTenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.Null(await Rules.FindAsync(OtherTenant, rule.Id, Cancellation));
        Assert.True((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.False((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);
        await AddAsync(rule);
    }

    [Fact]
    public async Task Delete_OtherVersionThanExpected_IsStaleWithoutATrace()
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant));
        var changed = (await Rules.UpdateAsync(Tenant, rule with { Description = "new" }, null, Cancellation)).Value!;
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.Equal(StoreOutcome.Stale, (await Rules.DeleteAsync(Tenant, rule.Id, rule.Version, Sample.AuditEvent(Tenant), Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.DeleteAsync(OtherTenant, rule.Id, rule.Version, null, Cancellation)).Outcome);
        Assert.Equal(Describe.RoutingRule(changed), Describe.RoutingRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.True((await Rules.DeleteAsync(Tenant, rule.Id, changed.Version, null, Cancellation)).Succeeded);
        Assert.Equal(StoreOutcome.NotFound, (await Rules.DeleteAsync(Tenant, rule.Id, changed.Version, null, Cancellation)).Outcome);
    }

    private async Task<RoutingRule> AddAsync(RoutingRule rule)
    {
        var result = await Rules.AddAsync(rule.Tenant, rule, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }
}
