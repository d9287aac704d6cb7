using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.Maintenance;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRetentionPolicyStore"/> promises. Policies belong to no tenant, so tests look at their own rows.</summary>
public abstract class RetentionPolicyStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 50;

    private static DateTimeOffset Now => new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private IRetentionPolicyStore Policies => Get<IRetentionPolicyStore>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_Policy_ReadsBackAsReturned(bool full)
    {
        var policy = full ? Sample.FullPolicy() : Sample.Policy();

        var added = await AddAsync(policy);

        Assert.Equal(1, added.Version);
        Assert.Equal(policy.CreatedAt, added.CreatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(
            Describe.Policy(policy with
            {
                Version = 1,
                CreatedAt = added.CreatedAt,
                UpdatedAt = added.UpdatedAt,
                LastRun = added.LastRun,
                NextRun = added.NextRun,
            }),
            Describe.Policy(added));
        Assert.Equal((policy.LastRun is null, policy.NextRun is null), (added.LastRun is null, added.NextRun is null));
        Assert.Equal(Describe.Policy(added), Describe.Policy((await Policies.FindAsync(policy.Id, Cancellation))!));
    }

    [Fact]
    public async Task Add_TakenValues_ConflictOnTheirField()
    {
        var policy = await AddAsync(Sample.Policy());

        var name = await Policies.AddAsync(Sample.Policy(policy.Name), Cancellation);
        var id = await Policies.AddAsync(Sample.Policy() with { Id = policy.Id }, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (name.Outcome, name.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "id"), (id.Outcome, id.ConflictField));
        await AddAsync(Sample.Policy(policy.Name.ToUpperInvariant()));
    }

    [Fact]
    public async Task Add_SameNameConcurrently_ExactlyOneWins()
    {
        var name = Sample.Token();
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Policies.AddAsync(Sample.Policy(name), Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "name" }));
    }

    [Fact]
    public async Task Add_ConditionsThatAreNoJson_ThrowsAndWritesNothing()
    {
        var policy = Sample.Policy() with { Conditions = "status = 'x'; --" };

        await Assert.ThrowsAnyAsync<JsonException>(async () => await Policies.AddAsync(policy, Cancellation));

        Assert.Null(await Policies.FindAsync(policy.Id, Cancellation));
    }

    [Fact]
    public async Task Update_Policy_ReplacesTheDefinitionAndKeepsWhatRunsRecorded()
    {
        var policy = await AddAsync(Sample.FullPolicy());
        var wanted = Sample.Policy() with
        {
            Id = policy.Id,
            Version = policy.Version,
            Table = "server_metrics",
            DateColumn = "timestamp",
            CreatedAt = policy.CreatedAt.AddYears(-1),
            NextRun = Now,
        };

        var result = await Policies.UpdateAsync(wanted, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(
            Describe.Policy(wanted with
            {
                CreatedAt = policy.CreatedAt,
                UpdatedAt = result.Value.UpdatedAt,
                LastRun = policy.LastRun,
                NextRun = null,
                TotalDeleted = policy.TotalDeleted,
                LastDeletedCount = policy.LastDeletedCount,
                AverageRunMilliseconds = policy.AverageRunMilliseconds,
                Version = 2,
            }),
            Describe.Policy(result.Value));
        Assert.Equal(Describe.Policy(result.Value), Describe.Policy((await Policies.FindAsync(policy.Id, Cancellation))!));
    }

    [Fact]
    public async Task Update_StaleUnknownOrTaken_SaysSoAndChangesNothing()
    {
        var other = await AddAsync(Sample.Policy());
        var policy = await AddAsync(Sample.Policy());

        var taken = await Policies.UpdateAsync(policy with { Name = other.Name }, Cancellation);
        var stale = await Policies.UpdateAsync(policy with { Version = 2, RetentionDays = 1 }, Cancellation);
        var unknown = await Policies.UpdateAsync(Sample.Policy() with { Version = 1 }, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (taken.Outcome, taken.ConflictField));
        Assert.Equal((StoreOutcome.Stale, StoreOutcome.NotFound), (stale.Outcome, unknown.Outcome));
        Assert.Equal(Describe.Policy(policy), Describe.Policy((await Policies.FindAsync(policy.Id, Cancellation))!));
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var policy = await AddAsync(Sample.Policy());

        var results = await Task.WhenAll(Enumerable.Range(1, Racers).Select(days => Task.Run(
            async () => await Policies.UpdateAsync(policy with { RetentionDays = days }, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
        Assert.Equal(2, (await Policies.FindAsync(policy.Id, Cancellation))!.Version);
    }

    [Fact]
    public async Task Delete_Policy_IsGoneOnce()
    {
        var policy = await AddAsync(Sample.Policy());

        Assert.True(await Policies.DeleteAsync(policy.Id, Cancellation));
        Assert.False(await Policies.DeleteAsync(policy.Id, Cancellation));
        Assert.Null(await Policies.FindAsync(policy.Id, Cancellation));
        Assert.DoesNotContain(await Policies.ListAsync(Cancellation), other => other.Id == policy.Id);
    }

    [Fact]
    public async Task List_Policies_AreOrdinal()
    {
        var prefix = Sample.Token();
        string[] names = [.. new[] { "b", "B", "a", "é", "\uFF5E", "😀", "a b", "_" }.Select(name => prefix + name)];
        foreach (var name in names)
        {
            await AddAsync(Sample.Policy(name));
        }

        var listed = (await Policies.ListAsync(Cancellation)).Select(policy => policy.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

        Assert.Equal(names.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task TryClaim_DueOnceOnly_SetsTheNextRun()
    {
        var policy = await AddAsync(Sample.Policy());

        Assert.True(await Policies.TryClaimAsync(policy.Id, Now, Now.AddHours(1), Cancellation));
        Assert.False(await Policies.TryClaimAsync(policy.Id, Now.AddHours(1).AddMicroseconds(-1), Now.AddHours(2), Cancellation));
        Assert.Equal(Now.AddHours(1), (await Policies.FindAsync(policy.Id, Cancellation))!.NextRun);
        Assert.True(await Policies.TryClaimAsync(policy.Id, Now.AddHours(1), Now.AddHours(2), Cancellation));
    }

    [Fact]
    public async Task TryClaim_InactiveOrUnknown_IsRefused()
    {
        var policy = await AddAsync(Sample.Policy() with { IsActive = false });

        Assert.False(await Policies.TryClaimAsync(policy.Id, Now, Now.AddHours(1), Cancellation));
        Assert.False(await Policies.TryClaimAsync(Guid.CreateVersion7(), Now, Now.AddHours(1), Cancellation));
        Assert.Null((await Policies.FindAsync(policy.Id, Cancellation))!.NextRun);
    }

    [Fact]
    public async Task TryClaim_Concurrently_OneReplicaRuns()
    {
        var policy = await AddAsync(Sample.Policy());

        var claims = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Policies.TryClaimAsync(policy.Id, Now, Now.AddHours(1), Cancellation))));

        Assert.Single(claims, claimed => claimed);
    }

    [Fact]
    public async Task RecordRun_Runs_AddUpAndLeaveTheVersion()
    {
        var policy = await AddAsync(Sample.Policy());

        Assert.True(await Policies.RecordRunAsync(policy.Id, Now, 10, TimeSpan.FromMilliseconds(100), Cancellation));
        Assert.True(await Policies.RecordRunAsync(policy.Id, Now.AddDays(1), 3, TimeSpan.FromMilliseconds(200), Cancellation));
        Assert.False(await Policies.RecordRunAsync(Guid.CreateVersion7(), Now, 1, TimeSpan.Zero, Cancellation));

        var found = (await Policies.FindAsync(policy.Id, Cancellation))!;
        Assert.Equal((Now.AddDays(1), 3, 13, 1), (found.LastRun, found.LastDeletedCount, found.TotalDeleted, found.Version));
        Assert.Equal(120, found.AverageRunMilliseconds!.Value, 6);
    }

    [Fact]
    public async Task Writes_Definitions_RaiseTheRevisionAndRunsDoNot()
    {
        await using var empty = await OpenEmptyAsync();
        var policies = (IRetentionPolicyStore)empty.Services.GetService(typeof(IRetentionPolicyStore))!;
        var revisions = (IRevisionStore)empty.Services.GetService(typeof(IRevisionStore))!;
        var policy = (await policies.AddAsync(Sample.Policy(), Cancellation)).Value!;
        await policies.UpdateAsync(policy, Cancellation);
        await policies.UpdateAsync(policy, Cancellation);
        await policies.TryClaimAsync(policy.Id, Now, Now, Cancellation);
        await policies.RecordRunAsync(policy.Id, Now, 1, TimeSpan.Zero, Cancellation);
        await policies.DeleteAsync(policy.Id, Cancellation);
        await policies.DeleteAsync(policy.Id, Cancellation);

        Assert.Equal(3, await revisions.GetAsync(Cancellation));
        Assert.Equal(3, await revisions.GetAsync(TenantId.Global, Cancellation));
        var changes = new List<RegistryChange>();
        await foreach (var change in ((IRegistryChangeFeed)empty.Services.GetService(typeof(IRegistryChangeFeed))!).WatchAsync(0, Cancellation))
        {
            changes.Add(change);
            if (changes.Count == 3)
            {
                break;
            }
        }

        Assert.All(changes, change => Assert.Equal((RegistryChangeKind.RetentionPolicy, policy.Id), (change.Kind, change.Id)));
        Assert.Equal(RegistryChangeOperation.Deleted, changes[2].Operation);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        // JSON text has no half of a surrogate pair, so those are mended first.
        var value = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var conditions = new JsonObject { ["a"] = value };
        var policy = await AddAsync(Sample.Policy(Sample.Token() + text) with
        {
            Description = text,
            Table = text,
            DateColumn = text,
            Conditions = conditions.ToJsonString(),
        });

        var found = (await Policies.FindAsync(policy.Id, Cancellation))!;
        Assert.Equal((policy.Name, text, text, text), (found.Name, found.Description, found.Table, found.DateColumn));
        Assert.EndsWith(text, found.Name, StringComparison.Ordinal);
        Assert.Equal(value, JsonNode.Parse(found.Conditions)!["a"]!.GetValue<string>());
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var policy = await AddAsync(Sample.Policy());
        var fresh = Sample.Policy();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Policies.AddAsync(fresh, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Policies.UpdateAsync(policy, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Policies.DeleteAsync(policy.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Policies.FindAsync(policy.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Policies.ListAsync(Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Policies.TryClaimAsync(policy.Id, Now, Now, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Policies.RecordRunAsync(policy.Id, Now, 1, TimeSpan.Zero, Cancelled));

        Assert.Null(await Policies.FindAsync(fresh.Id, Cancellation));
        Assert.Equal(Describe.Policy(policy), Describe.Policy((await Policies.FindAsync(policy.Id, Cancellation))!));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed() =>
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Task.Run(async () =>
        {
            var policy = await AddAsync(Sample.Policy());
            Assert.True((await Policies.UpdateAsync(policy with { RetentionDays = i + 1 }, Cancellation)).Succeeded);
            Assert.True(await Policies.TryClaimAsync(policy.Id, Now, Now.AddDays(1), Cancellation));
            Assert.Equal((i + 1, Now.AddDays(1)), (await Policies.FindAsync(policy.Id, Cancellation)) is { } found
                ? (found.RetentionDays, found.NextRun)
                : default);
        })));

    private async Task<RetentionPolicy> AddAsync(RetentionPolicy policy)
    {
        var result = await Policies.AddAsync(policy, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }
}
