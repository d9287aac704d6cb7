using McpRegistry.Configuration;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Lists, hostile text, cancellation and the change feed.</content>
public abstract partial class SystemConfigStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task List_Pages_ResolveOverridesInCodePointOrder(int limit)
    {
        var category = Sample.Token();
        foreach (var key in new[] { "b", "\uFF5E", "a", "😀", "B" })
        {
            await AddAsync(Sample.Config(TenantId.Global, category + key, "\"all\"") with { Category = category });
        }

        await AddAsync(Sample.Config(Tenant, category + "b", "\"own\"") with { Category = category });
        await AddAsync(Sample.Config(Tenant, category + "a", "\"own\"") with { Category = "moved" });
        await AddAsync(Sample.Config(Tenant, category + "c", "\"own\"") with { Category = category });
        await AddAsync(Sample.Config(OtherTenant, category + "d", "\"theirs\"") with { Category = category });

        var mine = await ReadAsync(Tenant, category, limit);
        var all = await ReadAsync(TenantId.Global, category, limit);

        Assert.Equal(["B", "b", "c", "\uFF5E", "😀"], mine.Select(entry => entry.Key[category.Length..]));
        Assert.Equal(["\"all\"", "\"own\"", "\"own\"", "\"all\"", "\"all\""], mine.Select(entry => entry.Value!));
        Assert.Equal(["B", "a", "b", "\uFF5E", "😀"], all.Select(entry => entry.Key[category.Length..]));
    }

    [Fact]
    public async Task List_RowsChangeBetweenPages_NeverSkipsOrRepeatsTheOthers()
    {
        var category = Sample.Token();
        foreach (var key in new[] { "b", "d", "f", "h" })
        {
            await AddAsync(Sample.Config(Tenant, key) with { Category = category });
        }

        var first = await Configs.ListAsync(Tenant, category, null, 2, Cancellation);
        await AddAsync(Sample.Config(Tenant, "a") with { Category = category });
        await AddAsync(Sample.Config(Tenant, "e") with { Category = category });
        await Configs.DeleteAsync(Tenant, "d", null, Cancellation);
        var second = await Configs.ListAsync(Tenant, category, first[1].Key, 10, Cancellation);

        Assert.Equal(["b", "d"], first.Select(entry => entry.Key));
        Assert.Equal(["e", "f", "h"], second.Select(entry => entry.Key));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Configs.ListAsync(Tenant, null, null, limit, Cancellation));

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var entry = await AddAsync(Sample.Config(Tenant, text) with { Description = text, Category = text, UpdatedBy = text });

        var found = await Configs.FindAsync(Tenant, text, Cancellation);

        Assert.Equal(Describe.Config(entry), Describe.Config(found));
        Assert.Equal([text, text, text, text], [found!.Key, found.Category, found.Description!, found.UpdatedBy!]);
        Assert.Equal(text, Assert.Single(await ReadAsync(Tenant, text, 10)).Key);
    }

    [Theory]
    [MemberData(nameof(RefusedJson))]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Write_ValueThatIsNoDocument_Throws(string value)
    {
        var entry = await AddAsync(Sample.Config(Tenant));

        await Assert.ThrowsAsync<ArgumentException>(async () => await Configs.AddAsync(Tenant, Sample.Config(Tenant, value: value), null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Configs.AddAsync(Tenant, Sample.Config(Tenant) with { Value = null }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Configs.UpdateAsync(Tenant, entry with { Value = value }, null, Cancellation));
    }

    [Fact]
    public async Task Add_HostileValue_ComesBackUnchanged()
    {
        const string value = """{"nul \u0000":"in \u0000 side","p":"\ue0000000","four":"😀"}""";
        var entry = await AddAsync(Sample.Config(Tenant, value: value));

        Assert.Equal(Describe.Json(value), Describe.Json((await Configs.FindAsync(Tenant, entry.Key, Cancellation))!.Value!));
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var entry = await AddAsync(Sample.Config(Tenant));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Configs.AddAsync(Tenant, Sample.Config(Tenant, "new"), null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Configs.UpdateAsync(Tenant, entry with { Value = "2" }, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Configs.DeleteAsync(Tenant, entry.Key, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Configs.FindAsync(Tenant, entry.Key, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Configs.RevealAsync(Tenant, entry.Key, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Configs.ListAsync(Tenant, null, null, 1, Cancelled));

        Assert.Null(await Configs.FindAsync(Tenant, "new", Cancellation));
        Assert.Equal(Describe.Config(entry), Describe.Config(await Configs.FindAsync(Tenant, entry.Key, Cancellation)));
    }

    [Fact]
    public async Task Writes_RaiseTheRevisionAndAreTold_FailuresAreNot()
    {
        var start = await Revisions.GetAsync(Cancellation);
        var entry = await AddAsync(Sample.Config(Tenant));
        Assert.True((await Configs.UpdateAsync(Tenant, entry, null, Cancellation)).Succeeded);
        Assert.False((await Configs.UpdateAsync(Tenant, entry, null, Cancellation)).Succeeded);
        Assert.False((await Configs.AddAsync(Tenant, Sample.Config(Tenant, entry.Key), null, Cancellation)).Succeeded);
        Assert.True(await Configs.DeleteAsync(Tenant, entry.Key, null, Cancellation));
        Assert.False(await Configs.DeleteAsync(Tenant, entry.Key, null, Cancellation));

        Assert.Equal(3, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.Equal(
            [RegistryChangeOperation.Saved, RegistryChangeOperation.Saved, RegistryChangeOperation.Deleted],
            await TakeOperationsAsync(start, Tenant, RegistryChangeKind.SystemConfig, entry.Id, 3));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed() => await Task.WhenAll(Enumerable.Range(0, 34).Select(i => Task.Run(async () =>
    {
        var entry = await AddAsync(Sample.Config(Tenant));
        Assert.True((await Configs.UpdateAsync(Tenant, entry with { Value = $"{i}" }, null, Cancellation)).Succeeded);
        Assert.Equal($"{i}", (await Configs.FindAsync(Tenant, entry.Key, Cancellation))!.Value);
    })));

    private async Task<List<SystemConfigEntry>> ReadAsync(TenantId tenant, string? category, int limit)
    {
        var all = new List<SystemConfigEntry>();
        while (true)
        {
            var page = await Configs.ListAsync(tenant, category, all.Count == 0 ? null : all[^1].Key, limit, Cancellation);
            Assert.True(page.Count <= limit);
            all.AddRange(page);
            if (page.Count < limit)
            {
                return all;
            }
        }
    }
}
