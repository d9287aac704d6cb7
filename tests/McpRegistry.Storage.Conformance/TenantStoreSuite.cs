using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="ITenantStore"/> promises.</summary>
public abstract class TenantStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 50;

    private ITenantStore Tenants => Get<ITenantStore>();

    public static TheoryData<string> BadDocuments => ["", "{", "{} {}", """{"a":1,"a":2}""", """["\ud83d"]""", "[\"\uD83D\"]"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_Tenant_ReadsBackAsReturned(bool full)
    {
        var tenant = full ? Sample.FullTenant() : Sample.Tenant();

        var added = await AddAsync(tenant);

        Assert.Equal(
            Describe.Tenant(tenant with { CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt, Version = 1 }), Describe.Tenant(added));
        Assert.Equal(tenant.UpdatedAt, added.UpdatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(Describe.Tenant(added), Describe.Tenant(await Tenants.FindAsync(tenant.Id, Cancellation)));
        Assert.Equal(Describe.Tenant(added), Describe.Tenant(await Tenants.FindBySlugAsync(tenant.Slug, Cancellation)));
        Assert.Equal(Describe.Tenant(added), Describe.Tenant((await ReadAllAsync(1000)).Single(listed => listed.Id == tenant.Id)));
    }

    [Fact]
    public async Task Add_TakenValues_ConflictOnTheirField()
    {
        var tenant = await AddAsync(Sample.Tenant());

        var slug = await Tenants.AddAsync(Sample.Tenant(tenant.Slug), null, Cancellation);
        var id = await Tenants.AddAsync(Sample.Tenant() with { Id = tenant.Id }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "slug"), (slug.Outcome, slug.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "id"), (id.Outcome, id.ConflictField));
        await AddAsync(Sample.Tenant(tenant.Slug.ToUpperInvariant()));
    }

    [Fact]
    public async Task Add_GlobalTenant_Throws() => await Assert.ThrowsAsync<ArgumentException>(
        async () => await Tenants.AddAsync(Sample.Tenant() with { Id = TenantId.Global }, null, Cancellation));

    [Theory]
    [MemberData(nameof(RefusedJson))]
    [MemberData(nameof(BadDocuments))]
    public async Task Write_SettingsThatAreNoDocument_Throws(string settings)
    {
        var tenant = await AddAsync(Sample.Tenant());

        await Assert.ThrowsAsync<ArgumentException>(async () => await Tenants.AddAsync(Sample.Tenant() with { Settings = settings }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Tenants.UpdateAsync(tenant with { Settings = settings }, null, Cancellation));
        Assert.Equal(Describe.Tenant(tenant), Describe.Tenant(await Tenants.FindAsync(tenant.Id, Cancellation)));
    }

    [Fact]
    public async Task Add_SameSlugConcurrently_ExactlyOneWins()
    {
        var slug = Sample.Token();
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Tenants.AddAsync(Sample.Tenant(slug), null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "slug" }));
    }

    [Fact]
    public async Task Update_Tenant_ReplacesAllButIdAndCreationTime()
    {
        var tenant = await AddAsync(Sample.Tenant());
        var wanted = Sample.FullTenant() with { Id = tenant.Id, CreatedAt = tenant.CreatedAt.AddYears(-1), Version = 1 };

        var result = await Tenants.UpdateAsync(wanted, null, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(
            Describe.Tenant(wanted with { CreatedAt = tenant.CreatedAt, UpdatedAt = result.Value.UpdatedAt, Version = 2 }),
            Describe.Tenant(result.Value));
        Assert.Equal(Describe.Tenant(result.Value), Describe.Tenant(await Tenants.FindBySlugAsync(wanted.Slug, Cancellation)));
        Assert.Null(await Tenants.FindBySlugAsync(tenant.Slug, Cancellation));
    }

    [Fact]
    public async Task Update_TakenStaleOrUnknown_ChangesNothing()
    {
        var other = await AddAsync(Sample.Tenant());
        var tenant = await AddAsync(Sample.Tenant());

        var taken = await Tenants.UpdateAsync(tenant with { Slug = other.Slug }, null, Cancellation);
        var stale = await Tenants.UpdateAsync(tenant with { Name = "x", Version = 0 }, null, Cancellation);
        var unknown = await Tenants.UpdateAsync(Sample.Tenant(), null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "slug"), (taken.Outcome, taken.ConflictField));
        Assert.Equal(StoreOutcome.Stale, stale.Outcome);
        Assert.Equal(StoreOutcome.NotFound, unknown.Outcome);
        Assert.Equal(Describe.Tenant(tenant), Describe.Tenant(await Tenants.FindAsync(tenant.Id, Cancellation)));
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var tenant = await AddAsync(Sample.Tenant());

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Tenants.UpdateAsync(tenant with { Name = $"name {i}" }, null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
        Assert.Equal(2, (await Tenants.FindAsync(tenant.Id, Cancellation))!.Version);
    }

    [Fact]
    public async Task Delete_Tenant_IsGoneAndItsSlugFree()
    {
        var tenant = await AddAsync(Sample.Tenant());

        Assert.True((await Tenants.DeleteAsync(tenant.Id, null, null, Cancellation)).Succeeded);
        Assert.Equal(StoreOutcome.NotFound, (await Tenants.DeleteAsync(tenant.Id, null, null, Cancellation)).Outcome);
        Assert.Null(await Tenants.FindAsync(tenant.Id, Cancellation));
        Assert.Null(await Tenants.FindBySlugAsync(tenant.Slug, Cancellation));
        await AddAsync(Sample.Tenant(tenant.Slug));
    }

    [Fact]
    public async Task Delete_OtherVersionThanExpected_IsStaleWithoutATrace()
    {
        var tenant = await AddAsync(Sample.Tenant());
        var renamed = (await Tenants.UpdateAsync(tenant with { Name = "other" }, null, Cancellation)).Value!;
        var revision = await Revisions.GetAsync(tenant.Id, Cancellation);

        Assert.Equal(StoreOutcome.Stale, (await Tenants.DeleteAsync(tenant.Id, tenant.Version, Sample.AuditEvent(tenant.Id), Cancellation)).Outcome);
        Assert.Equal(Describe.Tenant(renamed), Describe.Tenant(await Tenants.FindAsync(tenant.Id, Cancellation)));
        Assert.Equal(revision, await Revisions.GetAsync(tenant.Id, Cancellation));
        Assert.Empty(await Get<IAuditStore>().ReadChainAsync(tenant.Id, 0, null, 10, Cancellation));
        Assert.True((await Tenants.DeleteAsync(tenant.Id, renamed.Version, null, Cancellation)).Succeeded);
        Assert.Equal(StoreOutcome.NotFound, (await Tenants.DeleteAsync(tenant.Id, renamed.Version, null, Cancellation)).Outcome);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task List_RowsChangeBetweenPages_NeverSkipsOrRepeatsTheOthers(int limit)
    {
        var prefix = Sample.Token();
        string[] slugs = [.. new[] { "b", "B", "a", "é", "\uFF5E", "😀", "a-b", "Z", "_" }.Select(end => prefix + end)];
        foreach (var slug in slugs)
        {
            await AddAsync(Sample.Tenant(slug));
        }

        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = await Tenants.ListAsync(after, limit, Cancellation);
            Assert.True(page.Count <= limit);
            seen.AddRange(page.Select(tenant => tenant.Slug));
            if (page.Count < limit)
            {
                break;
            }

            after = seen[^1];
            await AddAsync(Sample.Tenant("0" + Sample.Token()));
        }

        string[] expected = ["B", "Z", "_", "a", "a-b", "b", "é", "\uFF5E", "😀"];
        Assert.Equal(expected.Select(end => prefix + end), seen.Where(slugs.Contains));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Tenants.ListAsync(null, limit, Cancellation));

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var slug = Sample.Token() + text;
        var tenant = await AddAsync(Sample.Tenant(slug) with { Name = text, Description = text });

        var found = await Tenants.FindBySlugAsync(slug, Cancellation);

        Assert.Equal([slug, text, text], [found!.Slug, found.Name, found.Description!]);
        Assert.Equal(Describe.Tenant(tenant), Describe.Tenant(found));
        Assert.Null(await Tenants.FindBySlugAsync("%" + text, Cancellation));
    }

    [Fact]
    public async Task Add_HostileTextInSettings_ComesBackUnchanged()
    {
        const string settings = """{"nul \u0000":"in \u0000 side","p \ue000":"\ue0000000","four":"😀","sql":"'; DROP TABLE tenants; --"}""";
        var tenant = await AddAsync(Sample.Tenant() with { Settings = settings });

        Assert.Equal(Describe.Json(settings), Describe.Json((await Tenants.FindAsync(tenant.Id, Cancellation))!.Settings));
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var tenant = await AddAsync(Sample.Tenant());
        var other = Sample.Tenant();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tenants.AddAsync(other, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tenants.UpdateAsync(tenant with { Name = "x" }, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tenants.FindAsync(tenant.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tenants.FindBySlugAsync(tenant.Slug, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tenants.ListAsync(null, 1, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tenants.DeleteAsync(tenant.Id, null, null, Cancelled));

        Assert.Null(await Tenants.FindAsync(other.Id, Cancellation));
        Assert.Equal(Describe.Tenant(tenant), Describe.Tenant(await Tenants.FindAsync(tenant.Id, Cancellation)));
    }

    [Fact]
    public async Task Writes_RaiseTheRevisionOfTheTenantAndAreTold_FailuresAreNot()
    {
        var start = await Revisions.GetAsync(Cancellation);
        var tenant = await AddAsync(Sample.Tenant());
        Assert.True((await Tenants.UpdateAsync(tenant, null, Cancellation)).Succeeded);
        Assert.False((await Tenants.UpdateAsync(tenant, null, Cancellation)).Succeeded);
        Assert.False((await Tenants.AddAsync(Sample.Tenant(tenant.Slug), null, Cancellation)).Succeeded);
        Assert.True((await Tenants.DeleteAsync(tenant.Id, null, null, Cancellation)).Succeeded);
        Assert.Equal(StoreOutcome.NotFound, (await Tenants.DeleteAsync(tenant.Id, null, null, Cancellation)).Outcome);

        Assert.Equal(3, await Revisions.GetAsync(tenant.Id, Cancellation));
        Assert.Equal(
            [RegistryChangeOperation.Saved, RegistryChangeOperation.Saved, RegistryChangeOperation.Deleted],
            await TakeOperationsAsync(start, tenant.Id, RegistryChangeKind.Tenant, tenant.Id.Value, 3));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed() => await Task.WhenAll(Enumerable.Range(0, 34).Select(i => Task.Run(async () =>
    {
        var tenant = await AddAsync(Sample.Tenant());
        Assert.True((await Tenants.UpdateAsync(tenant with { Name = $"tenant {i}" }, null, Cancellation)).Succeeded);
        Assert.Equal($"tenant {i}", (await Tenants.FindBySlugAsync(tenant.Slug, Cancellation))!.Name);
    })));

    private async Task<Tenant> AddAsync(Tenant tenant)
    {
        var result = await Tenants.AddAsync(tenant, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }

    private async Task<List<Tenant>> ReadAllAsync(int limit)
    {
        var all = new List<Tenant>();
        for (var page = await Tenants.ListAsync(null, limit, Cancellation); page.Count > 0; page = await Tenants.ListAsync(all[^1].Slug, limit, Cancellation))
        {
            all.AddRange(page);
        }

        return all;
    }
}
