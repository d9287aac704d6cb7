using McpRegistry.Configuration;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="ISystemConfigStore"/> promises.</summary>
public abstract partial class SystemConfigStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 50;

    private ISystemConfigStore Configs => Get<ISystemConfigStore>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_Entry_ReadsBackAsReturned(bool full)
    {
        var entry = full ? Sample.FullConfig(Tenant) : Sample.Config(Tenant);

        var added = await AddAsync(entry);

        Assert.Equal(Describe.Config(entry with { CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt, Version = 1 }), Describe.Config(added));
        Assert.Equal(entry.UpdatedAt, added.UpdatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(Describe.Config(added), Describe.Config(await Configs.FindAsync(Tenant, entry.Key, Cancellation)));
        Assert.Equal(Describe.Config(added), Describe.Config(await Configs.RevealAsync(Tenant, entry.Key, Cancellation)));
        Assert.Contains(Describe.Config(added), (await ReadAsync(Tenant, null, 1000)).Select(Describe.Config));
    }

    [Fact]
    public async Task Find_Override_HidesTheGlobalValueForItsTenantOnly()
    {
        var key = Sample.Token();
        await AddAsync(Sample.Config(TenantId.Global, key, "\"all\""));
        var own = await AddAsync(Sample.Config(Tenant, key, "\"own\""));

        var mine = await Configs.FindAsync(Tenant, key, Cancellation);
        var theirs = await Configs.FindAsync(OtherTenant, key, Cancellation);
        var everybodys = await Configs.FindAsync(TenantId.Global, key, Cancellation);
        Assert.Equal((Tenant, "\"own\""), (mine!.Tenant, mine.Value));
        Assert.Equal((TenantId.Global, "\"all\""), (theirs!.Tenant, theirs.Value));
        Assert.Equal((TenantId.Global, "\"all\""), (everybodys!.Tenant, everybodys.Value));
        Assert.Null(await Configs.FindAsync(OtherTenant, own.Key.ToUpperInvariant(), Cancellation));

        Assert.True(await Configs.DeleteAsync(Tenant, key, null, Cancellation));
        Assert.Equal(TenantId.Global, (await Configs.FindAsync(Tenant, key, Cancellation))!.Tenant);
    }

    [Fact]
    public async Task AnyMethod_OtherTenant_SeesAndChangesNothing()
    {
        var own = await AddAsync(Sample.Config(Tenant));
        var global = await AddAsync(Sample.Config(TenantId.Global));

        Assert.Null(await Configs.FindAsync(OtherTenant, own.Key, Cancellation));
        Assert.Null(await Configs.RevealAsync(OtherTenant, own.Key, Cancellation));
        Assert.Null(await Configs.FindAsync(TenantId.Global, own.Key, Cancellation));
        Assert.DoesNotContain(await ReadAsync(OtherTenant, null, 1000), entry => entry.Key == own.Key);
        Assert.Equal(SystemConfigOutcome.NotFound, (await Configs.UpdateAsync(OtherTenant, own with { Value = "2" }, null, Cancellation)).Outcome);
        Assert.Equal(SystemConfigOutcome.NotFound, (await Configs.UpdateAsync(Tenant, global with { Value = "2" }, null, Cancellation)).Outcome);
        Assert.False(await Configs.DeleteAsync(OtherTenant, own.Key, null, Cancellation));
        Assert.False(await Configs.DeleteAsync(Tenant, global.Key, null, Cancellation));
        Assert.Equal("1", (await Configs.FindAsync(Tenant, own.Key, Cancellation))!.Value);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Configs.AddAsync(OtherTenant, Sample.Config(Tenant), null, Cancellation));
    }

    [Fact]
    public async Task Sensitive_Value_IsLeftOutOfEverythingButReveal()
    {
        var entry = Sample.Config(Tenant, value: "\"s3cr3t\"") with { IsSensitive = true };
        var added = await AddAsync(entry);
        var updated = await Configs.UpdateAsync(Tenant, added with { Description = "changed" }, null, Cancellation);

        Assert.Null(added.Value);
        Assert.Null(updated.Entry!.Value);
        Assert.Null((await Configs.FindAsync(Tenant, entry.Key, Cancellation))!.Value);
        Assert.Null((await ReadAsync(Tenant, null, 1000)).Single(listed => listed.Key == entry.Key).Value);
        var revealed = (await Configs.RevealAsync(Tenant, entry.Key, Cancellation))!;
        Assert.Equal(("\"s3cr3t\"", "changed", 2), (revealed.Value, revealed.Description, revealed.Version));
        Assert.DoesNotContain("s3cr3t", $"{revealed} {new SystemConfigResult(SystemConfigOutcome.Success, revealed)}", StringComparison.Ordinal);
        Assert.Contains("***", revealed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sensitive_GlobalValue_MakesItsOverridesSensitive()
    {
        var key = Sample.Token();
        await AddAsync(Sample.Config(TenantId.Global, key, "\"s3cr3t\"") with { IsSensitive = true });

        var own = await AddAsync(Sample.Config(Tenant, key, "\"0wn\""));

        Assert.Equal((true, null), (own.IsSensitive, own.Value));
        Assert.Null((await Configs.FindAsync(Tenant, key, Cancellation))!.Value);
        Assert.Null((await ReadAsync(Tenant, "limits", 1000)).Single(listed => listed.Key == key).Value);
        Assert.Equal("\"0wn\"", (await Configs.RevealAsync(Tenant, key, Cancellation))!.Value);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Sensitive_GlobalValueGoesOrOpens_LeavesItsOverridesSensitive(bool isDeleted, bool isUpdated)
    {
        var key = Sample.Token();
        var global = await AddAsync(Sample.Config(TenantId.Global, key, "\"s3cr3t\"") with { IsSensitive = !isUpdated });
        var own = await AddAsync(Sample.Config(Tenant, key, "\"0wn\""));
        if (isUpdated)
        {
            global = (await Configs.UpdateAsync(TenantId.Global, global with { IsSensitive = true }, null, Cancellation)).Entry!;
            own = (await Configs.UpdateAsync(Tenant, own with { Value = "\"0wn\"", IsSensitive = false }, null, Cancellation)).Entry!;
        }

        var gone = isDeleted
            ? await Configs.DeleteAsync(TenantId.Global, key, null, Cancellation)
            : (await Configs.UpdateAsync(TenantId.Global, global with { IsSensitive = false, Value = "1" }, null, Cancellation)).Succeeded;

        Assert.True(gone);
        var found = (await Configs.FindAsync(Tenant, key, Cancellation))!;
        Assert.Equal((true, null), (found.IsSensitive, found.Value));
        Assert.Null((await ReadAsync(Tenant, "limits", 1000)).Single(listed => listed.Key == key).Value);
        Assert.Equal("\"0wn\"", (await Configs.RevealAsync(Tenant, key, Cancellation))!.Value);
        var opened = await Configs.UpdateAsync(Tenant, own with { IsSensitive = false }, null, Cancellation);
        Assert.Equal(SystemConfigOutcome.ValueRequired, opened.Outcome);
    }

    [Fact]
    public async Task Sensitive_ValueOfAnotherTenant_LeavesOursReadable()
    {
        var own = await AddAsync(Sample.Config(Tenant));
        await AddAsync(Sample.Config(OtherTenant, own.Key) with { IsSensitive = true });

        Assert.Equal(Describe.Config(own), Describe.Config(await Configs.FindAsync(Tenant, own.Key, Cancellation)));
        Assert.Equal("1", (await ReadAsync(Tenant, "limits", 1000)).Single(listed => listed.Key == own.Key).Value);
    }

    [Fact]
    public async Task Update_SensitiveMadeReadable_NeedsANewValue()
    {
        var added = await AddAsync(Sample.Config(Tenant, value: "\"s3cr3t\"") with { IsSensitive = true });

        var kept = await Configs.UpdateAsync(Tenant, added with { IsSensitive = false }, null, Cancellation);
        var given = await Configs.UpdateAsync(Tenant, added with { IsSensitive = false, Value = "\"open\"" }, null, Cancellation);

        Assert.Equal(SystemConfigOutcome.ValueRequired, kept.Outcome);
        Assert.Equal((SystemConfigOutcome.Success, "\"open\""), (given.Outcome, given.Entry?.Value));
    }

    [Fact]
    public async Task Write_NotRuntimeConfigurable_IsRefused()
    {
        var entry = await AddAsync(Sample.Config(TenantId.Global) with { IsRuntimeConfigurable = false });

        var update = await Configs.UpdateAsync(TenantId.Global, entry with { Value = "2", IsRuntimeConfigurable = true }, null, Cancellation);
        var overriding = await Configs.AddAsync(Tenant, Sample.Config(Tenant, entry.Key), null, Cancellation);

        Assert.Equal(SystemConfigOutcome.NotRuntimeConfigurable, update.Outcome);
        Assert.Equal(SystemConfigOutcome.NotRuntimeConfigurable, overriding.Outcome);
        Assert.Equal(Describe.Config(entry), Describe.Config(await Configs.FindAsync(Tenant, entry.Key, Cancellation)));
        Assert.True(await Configs.DeleteAsync(TenantId.Global, entry.Key, null, Cancellation));
        await AddAsync(Sample.Config(TenantId.Global, entry.Key));
    }

    [Fact]
    public async Task Update_GlobalValueWasFixedMeanwhile_IsRefused()
    {
        var entry = await AddAsync(Sample.Config(TenantId.Global));
        var own = await AddAsync(Sample.Config(Tenant, entry.Key));
        await Configs.UpdateAsync(TenantId.Global, entry with { IsRuntimeConfigurable = false }, null, Cancellation);

        var update = await Configs.UpdateAsync(Tenant, own with { Value = "2" }, null, Cancellation);

        Assert.Equal(SystemConfigOutcome.NotRuntimeConfigurable, update.Outcome);
        Assert.Equal(Describe.Config(own), Describe.Config(await Configs.FindAsync(Tenant, entry.Key, Cancellation)));
    }

    [Fact]
    public async Task Add_TakenKeyOrId_IsAConflict()
    {
        var entry = await AddAsync(Sample.Config(Tenant));

        Assert.Equal(SystemConfigOutcome.Conflict, (await Configs.AddAsync(Tenant, Sample.Config(Tenant, entry.Key), null, Cancellation)).Outcome);
        Assert.Equal(SystemConfigOutcome.Conflict, (await Configs.AddAsync(Tenant, Sample.Config(Tenant) with { Id = entry.Id }, null, Cancellation)).Outcome);
        await AddAsync(Sample.Config(OtherTenant, entry.Key));
    }

    [Fact]
    public async Task Add_SameKeyConcurrently_ExactlyOneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Configs.AddAsync(Tenant, Sample.Config(Tenant, "race"), null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == SystemConfigOutcome.Conflict));
    }

    [Fact]
    public async Task Update_Entry_ReplacesAllButIdOwnerKeyAndCreationTime()
    {
        var entry = await AddAsync(Sample.Config(Tenant));
        var wanted = Sample.FullConfig(Tenant) with { Key = entry.Key, Version = 1 };

        var result = await Configs.UpdateAsync(Tenant, wanted, null, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(
            Describe.Config(wanted with { Id = entry.Id, CreatedAt = entry.CreatedAt, UpdatedAt = result.Entry.UpdatedAt, Version = 2 }),
            Describe.Config(result.Entry));
        Assert.Equal(Describe.Config(result.Entry), Describe.Config(await Configs.FindAsync(Tenant, entry.Key, Cancellation)));
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var entry = await AddAsync(Sample.Config(Tenant));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Configs.UpdateAsync(Tenant, entry with { Value = $"{i}" }, null, Cancellation))));

        var winner = Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == SystemConfigOutcome.Stale));
        Assert.Equal(Describe.Config(winner.Entry), Describe.Config(await Configs.FindAsync(Tenant, entry.Key, Cancellation)));
        Assert.Equal(2, winner.Entry!.Version);
    }

    private async Task<SystemConfigEntry> AddAsync(SystemConfigEntry entry)
    {
        var result = await Configs.AddAsync(entry.Tenant, entry, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome}");
        return result.Entry;
    }
}
