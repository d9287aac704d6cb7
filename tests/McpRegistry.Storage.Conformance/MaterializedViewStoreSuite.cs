using McpRegistry.Maintenance;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IMaterializedViewStore"/> promises. Views belong to no tenant, so tests look at their own rows.</summary>
public abstract class MaterializedViewStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 50;

    private static DateTimeOffset Now => new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private IMaterializedViewStore Views => Get<IMaterializedViewStore>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_View_ReadsBackAsReturned(bool full)
    {
        var view = full ? Sample.FullView() : Sample.View();

        var added = await AddAsync(view);

        Assert.Equal(1, added.Version);
        Assert.Equal(view.CreatedAt, added.CreatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(
            Describe.View(view with
            {
                Version = 1,
                CreatedAt = added.CreatedAt,
                UpdatedAt = added.UpdatedAt,
                LastRefreshed = added.LastRefreshed,
                NextRefresh = added.NextRefresh,
            }),
            Describe.View(added));
        Assert.Equal((view.LastRefreshed is null, view.NextRefresh is null), (added.LastRefreshed is null, added.NextRefresh is null));
        Assert.Equal(Describe.View(added), Describe.View((await Views.FindAsync(view.Id, Cancellation))!));
    }

    [Fact]
    public async Task Add_TakenValues_ConflictOnTheirField()
    {
        var view = await AddAsync(Sample.View());

        var name = await Views.AddAsync(Sample.View(view.Name), Cancellation);
        var id = await Views.AddAsync(Sample.View() with { Id = view.Id }, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (name.Outcome, name.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "id"), (id.Outcome, id.ConflictField));
        await AddAsync(Sample.View(view.Name.ToUpperInvariant()));
    }

    [Fact]
    public async Task Add_SameNameConcurrently_ExactlyOneWins()
    {
        var name = Sample.Token();
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Views.AddAsync(Sample.View(name), Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "name" }));
    }


    [Fact]
    public async Task Update_View_ReplacesTheDefinitionAndKeepsNameAndWhatRefreshesRecorded()
    {
        var view = await AddAsync(Sample.FullView());
        var wanted = Sample.View() with
        {
            Id = view.Id,
            Version = view.Version,
            CreatedAt = view.CreatedAt.AddYears(-1),
            NextRefresh = Now,
        };

        var result = await Views.UpdateAsync(wanted, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(
            Describe.View(wanted with
            {
                Name = view.Name,
                CreatedAt = view.CreatedAt,
                UpdatedAt = result.Value.UpdatedAt,
                LastRefreshed = view.LastRefreshed,
                NextRefresh = null,
                RefreshCount = view.RefreshCount,
                AverageRefreshMilliseconds = view.AverageRefreshMilliseconds,
                RowCount = view.RowCount,
                SizeBytes = view.SizeBytes,
                Version = 2,
            }),
            Describe.View(result.Value));
        Assert.Equal(Describe.View(result.Value), Describe.View((await Views.FindAsync(view.Id, Cancellation))!));
    }

    [Fact]
    public async Task Update_StaleOrUnknown_SaysSoAndChangesNothing()
    {
        var view = await AddAsync(Sample.View());

        var stale = await Views.UpdateAsync(view with { Version = 2, Query = "SELECT 2" }, Cancellation);
        var unknown = await Views.UpdateAsync(Sample.View() with { Version = 1 }, Cancellation);

        Assert.Equal((StoreOutcome.Stale, StoreOutcome.NotFound), (stale.Outcome, unknown.Outcome));
        Assert.Equal(Describe.View(view), Describe.View((await Views.FindAsync(view.Id, Cancellation))!));
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var view = await AddAsync(Sample.View());

        var results = await Task.WhenAll(Enumerable.Range(1, Racers).Select(minutes => Task.Run(
            async () => await Views.UpdateAsync(view with { RefreshIntervalMinutes = minutes }, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
        Assert.Equal(2, (await Views.FindAsync(view.Id, Cancellation))!.Version);
    }

    [Fact]
    public async Task Delete_View_IsGoneOnce()
    {
        var view = await AddAsync(Sample.View());

        Assert.True(await Views.DeleteAsync(view.Id, Cancellation));
        Assert.False(await Views.DeleteAsync(view.Id, Cancellation));
        Assert.Null(await Views.FindAsync(view.Id, Cancellation));
        Assert.DoesNotContain(await Views.ListAsync(Cancellation), other => other.Id == view.Id);
    }

    [Fact]
    public async Task List_Views_AreOrdinal()
    {
        var prefix = Sample.Token();
        string[] names = [.. new[] { "b", "B", "a", "é", "\uFF5E", "😀", "a b", "_" }.Select(name => prefix + name)];
        foreach (var name in names)
        {
            await AddAsync(Sample.View(name));
        }

        var listed = (await Views.ListAsync(Cancellation)).Select(view => view.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

        Assert.Equal(names.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task TryClaim_DueOnceOnly_SetsTheNextRefresh()
    {
        var view = await AddAsync(Sample.View());

        Assert.True(await Views.TryClaimAsync(view.Id, Now, Now.AddHours(1), Cancellation));
        Assert.False(await Views.TryClaimAsync(view.Id, Now.AddHours(1).AddMicroseconds(-1), Now.AddHours(2), Cancellation));
        Assert.Equal(Now.AddHours(1), (await Views.FindAsync(view.Id, Cancellation))!.NextRefresh);
        Assert.True(await Views.TryClaimAsync(view.Id, Now.AddHours(1), Now.AddHours(2), Cancellation));
    }

    [Fact]
    public async Task TryClaim_InactiveOrUnknown_IsRefused()
    {
        var view = await AddAsync(Sample.View() with { IsActive = false });

        Assert.False(await Views.TryClaimAsync(view.Id, Now, Now.AddHours(1), Cancellation));
        Assert.False(await Views.TryClaimAsync(Guid.CreateVersion7(), Now, Now.AddHours(1), Cancellation));
        Assert.Null((await Views.FindAsync(view.Id, Cancellation))!.NextRefresh);
    }

    [Fact]
    public async Task TryClaim_Concurrently_OneReplicaRefreshes()
    {
        var view = await AddAsync(Sample.View());

        var claims = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Views.TryClaimAsync(view.Id, Now, Now.AddHours(1), Cancellation))));

        Assert.Single(claims, claimed => claimed);
    }

    [Fact]
    public async Task RecordRefresh_Refreshes_AddUpAndLeaveTheVersion()
    {
        var view = await AddAsync(Sample.View());

        Assert.True(await Views.RecordRefreshAsync(view.Id, Refresh(100, 7, 8192), Cancellation));
        Assert.True(await Views.RecordRefreshAsync(view.Id, Refresh(200, 9, null), Cancellation));
        Assert.True(await Views.RecordRefreshAsync(view.Id, Refresh(600, 5_000_000_000, 6_000_000_000), Cancellation));
        Assert.False(await Views.RecordRefreshAsync(Guid.CreateVersion7(), Refresh(1, 1, 1), Cancellation));

        var found = (await Views.FindAsync(view.Id, Cancellation))!;
        Assert.Equal(
            (Now, 3, 5_000_000_000, 6_000_000_000, 1),
            (found.LastRefreshed, found.RefreshCount, found.RowCount, found.SizeBytes, found.Version));
        Assert.Equal(300, found.AverageRefreshMilliseconds!.Value, 6);
    }

    [Fact]
    public async Task Writes_Definitions_RaiseTheRevisionAndRefreshesDoNot()
    {
        await using var empty = await OpenEmptyAsync();
        var views = (IMaterializedViewStore)empty.Services.GetService(typeof(IMaterializedViewStore))!;
        var revisions = (IRevisionStore)empty.Services.GetService(typeof(IRevisionStore))!;
        var view = (await views.AddAsync(Sample.View(), Cancellation)).Value!;
        await views.UpdateAsync(view, Cancellation);
        await views.UpdateAsync(view, Cancellation);
        await views.TryClaimAsync(view.Id, Now, Now, Cancellation);
        await views.RecordRefreshAsync(view.Id, Refresh(1, 1, 1), Cancellation);
        await views.DeleteAsync(view.Id, Cancellation);
        await views.DeleteAsync(view.Id, Cancellation);

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

        Assert.All(changes, change => Assert.Equal((RegistryChangeKind.MaterializedView, view.Id), (change.Kind, change.Id)));
        Assert.Equal(RegistryChangeOperation.Deleted, changes[2].Operation);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var view = await AddAsync(Sample.View(Sample.Token() + text) with
        {
            Description = text,
            Query = text,
            Indexes = [text, "", text],
            RefreshTriggers = [text],
        });

        var found = (await Views.FindAsync(view.Id, Cancellation))!;
        Assert.EndsWith(text, found.Name, StringComparison.Ordinal);
        Assert.Equal((text, text), (found.Description, found.Query));
        Assert.Equal([text, "", text], found.Indexes);
        Assert.Equal([text], found.RefreshTriggers);
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var view = await AddAsync(Sample.View());
        var fresh = Sample.View();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.AddAsync(fresh, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.UpdateAsync(view, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.DeleteAsync(view.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.FindAsync(view.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.ListAsync(Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.TryClaimAsync(view.Id, Now, Now, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Views.RecordRefreshAsync(view.Id, Refresh(1, 1, 1), Cancelled));

        Assert.Null(await Views.FindAsync(fresh.Id, Cancellation));
        Assert.Equal(Describe.View(view), Describe.View((await Views.FindAsync(view.Id, Cancellation))!));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed() =>
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Task.Run(async () =>
        {
            var view = await AddAsync(Sample.View());
            Assert.True((await Views.UpdateAsync(view with { RefreshIntervalMinutes = i + 1 }, Cancellation)).Succeeded);
            Assert.True(await Views.TryClaimAsync(view.Id, Now, Now.AddDays(1), Cancellation));
            Assert.Equal((i + 1, Now.AddDays(1)), (await Views.FindAsync(view.Id, Cancellation)) is { } found
                ? (found.RefreshIntervalMinutes!.Value, found.NextRefresh)
                : default);
        })));

    private static MaterializedViewRefresh Refresh(double milliseconds, long rows, long? size) =>
        new(Now, TimeSpan.FromMilliseconds(milliseconds), rows, size);

    private async Task<MaterializedViewDefinition> AddAsync(MaterializedViewDefinition view)
    {
        var result = await Views.AddAsync(view, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }
}
