using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IApiKeyStore"/> promises.</summary>
public abstract partial class ApiKeyStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 50;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_Key_ReadsBackAsReturned(bool full)
    {
        var key = full ? Sample.FullKey(Tenant) : Sample.Key(Tenant);

        var added = await AddKeyAsync(key);

        Assert.Equal(
            Describe.Key(key with { Version = 1, CreatedAt = added.CreatedAt, ExpiresAt = added.ExpiresAt, RevokedAt = added.RevokedAt }),
            Describe.Key(added));
        Assert.Equal(key.CreatedAt, added.CreatedAt, TimeSpan.FromMicroseconds(1));
        var stored = new StoredApiKey(added, ApiKeyUsage.None, ApiKeyLockout.None);
        Assert.Equal(Describe.Stored(stored), Describe.Stored(await Keys.FindByLookupIdAsync(key.LookupId, Cancellation)));
        Assert.Equal(Describe.Stored(stored), Describe.Stored(await Keys.FindAsync(Tenant, key.Id, Cancellation)));
        Assert.Equal(Describe.Stored(stored), Describe.Stored(Assert.Single(await Keys.ListAsync(Tenant, null, 10, Cancellation))));
    }

    [Fact]
    public async Task Add_RevokedKey_IsSwitchedOff()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant) with { RevokedAt = TimeProvider.System.GetUtcNow() });
        Assert.False(key.Enabled);

        var restored = await Keys.UpdateAsync(Tenant, key with { RevokedAt = null, Enabled = true }, null, Cancellation);

        Assert.True(restored.Value?.Enabled);
    }

    [Theory]
    [InlineData(ApiKeyScope.None)]
    [InlineData(ApiKeyScope.Admin)]
    [InlineData(ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Admin | ApiKeyScope.Proxy | ApiKeyScope.Metrics | ApiKeyScope.Health)]
    public async Task Add_Scopes_ComeBack(ApiKeyScope scopes)
    {
        var key = await AddKeyAsync(Sample.Key(Tenant) with { Scopes = scopes });

        Assert.Equal(scopes, (await Keys.FindByLookupIdAsync(key.LookupId, Cancellation))!.Key.Scopes);
    }

    [Fact]
    public async Task Add_TakenValues_ConflictOnTheirField()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));

        var name = await Keys.AddAsync(Tenant, Sample.Key(Tenant, name: key.Name), null, Cancellation);
        var lookup = await Keys.AddAsync(OtherTenant, Sample.Key(OtherTenant, lookupId: key.LookupId), null, Cancellation);
        var id = await Keys.AddAsync(OtherTenant, Sample.Key(OtherTenant) with { Id = key.Id }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (name.Outcome, name.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "lookupId"), (lookup.Outcome, lookup.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "id"), (id.Outcome, id.ConflictField));
        await AddKeyAsync(Sample.Key(OtherTenant, name: key.Name));
    }

    [Fact]
    public async Task Add_OtherTenantThanTheKeys_Throws() => await Assert.ThrowsAsync<ArgumentException>(
        async () => await Keys.AddAsync(OtherTenant, Sample.Key(Tenant), null, Cancellation));

    [Fact]
    public async Task Add_SameNameConcurrently_ExactlyOneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Keys.AddAsync(Tenant, Sample.Key(Tenant, name: "race"), null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "name" }));
    }

    [Fact]
    public async Task Update_Key_ReplacesAllButIdTenantAndCreationTime()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var wanted = Sample.FullKey(Tenant) with
        {
            Id = key.Id,
            Version = key.Version,
            CreatedAt = key.CreatedAt.AddYears(-1),
            RevokedAt = key.CreatedAt.AddMinutes(1),
            ExpiresAt = key.CreatedAt.AddMinutes(2),
        };

        var result = await Keys.UpdateAsync(Tenant, wanted, null, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(Describe.Key(wanted with { CreatedAt = key.CreatedAt, Version = 2 }), Describe.Key(result.Value));
        Assert.Equal(Describe.Key(result.Value), Describe.Key((await Keys.FindByLookupIdAsync(wanted.LookupId, Cancellation))!.Key));
        Assert.Null(await Keys.FindByLookupIdAsync(key.LookupId, Cancellation));
    }

    [Fact]
    public async Task Update_TakenValues_ConflictAndChangeNothing()
    {
        var other = await AddKeyAsync(Sample.Key(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));

        var name = await Keys.UpdateAsync(Tenant, key with { Name = other.Name }, null, Cancellation);
        var lookup = await Keys.UpdateAsync(Tenant, key with { LookupId = other.LookupId }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (name.Outcome, name.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "lookupId"), (lookup.Outcome, lookup.ConflictField));
        Assert.Equal(Describe.Key(key), Describe.Key((await Keys.FindByLookupIdAsync(key.LookupId, Cancellation))!.Key));
    }

    [Fact]
    public async Task Update_UnknownOrForeignKey_IsNotFound()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));

        Assert.Equal(StoreOutcome.NotFound, (await Keys.UpdateAsync(Tenant, Sample.Key(Tenant), null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Keys.UpdateAsync(OtherTenant, key with { Name = "stolen" }, null, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Keys.UpdateAsync(TenantId.Global, key with { Tenant = TenantId.Global }, null, Cancellation)).Outcome);
        Assert.Equal(Describe.Key(key), Describe.Key((await Keys.FindByLookupIdAsync(key.LookupId, Cancellation))!.Key));
    }

    [Fact]
    public async Task FindByLookupId_OtherCaseOrPattern_IsNotFound()
    {
        await AddKeyAsync(Sample.Key(Tenant, lookupId: $"K{Tenant}"));

        Assert.Null(await Keys.FindByLookupIdAsync($"k{Tenant}", Cancellation));
        Assert.Null(await Keys.FindByLookupIdAsync($"_{Tenant}", Cancellation));
        Assert.Null(await Keys.FindByLookupIdAsync("%", Cancellation));
        Assert.Null(await Keys.FindByLookupIdAsync(string.Empty, Cancellation));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var key = await AddKeyAsync(Sample.Key(Tenant, name: text, lookupId: Tenant + text) with
        {
            LastFour = text, Description = text, RevokedReason = text, AllowedMethods = [text], AllowedAddresses = [text, text],
        });

        var found = (await Keys.FindByLookupIdAsync(key.LookupId, Cancellation))?.Key;
        Assert.Equal(Describe.Key(key), Describe.Key(found!));
        Assert.Equal([text, text, Tenant + text], [found!.Name, found.LastFour, found.LookupId]);
        Assert.Equal([text, text, text], [found.Description!, found.RevokedReason!, .. found.AllowedMethods]);
        Assert.Equal([text, text], found.AllowedAddresses);
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.AddAsync(Tenant, Sample.Key(Tenant), null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.UpdateAsync(Tenant, key with { Name = "x" }, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.FindByLookupIdAsync(key.LookupId, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.ListAsync(Tenant, null, 1, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.FindAsync(Tenant, key.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.DeleteAsync(Tenant, key.Id, null, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.LockAsync(Tenant, key.Id, key.CreatedAt, null, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Keys.RecordAttemptsAsync(Tenant, [new ApiKeyAttempts { KeyId = key.Id, Failures = 1 }], Cancelled));

        Assert.Equal(key.Name, Assert.Single(await ListAsync(Tenant)).Name);
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        await Task.WhenAll(Enumerable.Range(0, 34).Select(i => Task.Run(async () =>
        {
            var key = await AddKeyAsync(Sample.Key(Tenant));
            var updated = await Keys.UpdateAsync(Tenant, key with { Name = $"key {i}" }, null, Cancellation);
            Assert.True(updated.Succeeded);
            Assert.Equal($"key {i}", (await Keys.FindByLookupIdAsync(key.LookupId, Cancellation))!.Key.Name);
        })));

        Assert.Equal(34, (await ListAsync(Tenant)).Count);
    }

    private async Task<List<ApiKey>> ListAsync(TenantId tenant) =>
        [.. (await Keys.ListAsync(tenant, null, 1000, Cancellation)).Select(stored => stored.Key)];
}
