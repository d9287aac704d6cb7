using McpRegistry.Limits;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IQuotaStore"/> promises.</summary>
public abstract class QuotaStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 16;

    private static readonly DateTimeOffset Hour = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private IQuotaStore Quotas => Get<IQuotaStore>();

    [Fact]
    public async Task Lease_NewWindow_GivesAShareOfTheLimit()
    {
        var grant = await LeaseAsync(Window(), new QuotaDemand { Limit = 1000, Least = 1, Most = 500 });

        Assert.Equal(new QuotaGrant(1000 / QuotaDemand.Share, 1, 1000 - (1000 / QuotaDemand.Share), 0), grant);
    }

    [Fact]
    public async Task Lease_LittleLeft_GivesWhatWaitsAndNothingAhead()
    {
        var window = Window();
        await LeaseAsync(window, new QuotaDemand { Limit = 10, Least = 7, Most = 7 });

        var ahead = await LeaseAsync(window, new QuotaDemand { Limit = 10, Least = 0, Most = 100 });
        var waiting = await LeaseAsync(window, new QuotaDemand { Limit = 10, Least = 5, Most = 100 });
        var late = await LeaseAsync(window, new QuotaDemand { Limit = 10, Least = 1, Most = 100 });

        Assert.Equal((0, 3L, 7L), (ahead.Granted, ahead.Free, ahead.Held));
        Assert.Equal((3, 0L), (waiting.Granted, waiting.Free));
        Assert.Equal((0, 0L, 10L), (late.Granted, late.Free, late.Held));
    }

    [Fact]
    public async Task Lease_ManyAtOnce_AddUpToTheLimitExactly()
    {
        var window = Window();
        var granted = 0L;
        await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(async () =>
        {
            while (await LeaseAsync(window, new QuotaDemand { Limit = 300, Least = 1, Most = 20 }) is { Granted: > 0 } grant)
            {
                Interlocked.Add(ref granted, grant.Granted);
            }
        })));

        Assert.Equal(300, granted);
        Assert.Equal(300, (await Quotas.FindAsync(Tenant, window, Cancellation))?.Leased);
    }

    [Fact]
    public async Task Settle_ManyAtOnce_NothingIsLostOrGivenTwice()
    {
        var window = Window();
        var spent = 0;
        await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 5; round++)
            {
                var grant = await LeaseAsync(window, new QuotaDemand { Limit = 10_000, Least = 3, Most = 3 });
                Interlocked.Add(ref spent, grant.Granted - 1);
                await Quotas.SettleAsync([Settlement(window, grant.Epoch, grant.Granted - 1, 1)], Cancellation);
            }
        })));

        Assert.Equal(new QuotaUse(spent, spent, 1), await Quotas.FindAsync(Tenant, window, Cancellation));
    }

    [Fact]
    public async Task Lease_SpentAndDebt_AreNotedFirst()
    {
        var window = Window();
        var first = await LeaseAsync(window, new QuotaDemand { Limit = 100, Least = 10, Most = 10 });

        var second = await LeaseAsync(window, new QuotaDemand { Limit = 100, Least = 50, Most = 50, Epoch = first.Epoch, Spent = 10, Debt = 60 });

        Assert.Equal((30, 0L, 0L), (second.Granted, second.Free, second.Held));
        Assert.Equal(new QuotaUse(100, 70, 1), await Quotas.FindAsync(Tenant, window, Cancellation));
    }

    [Fact]
    public async Task Lease_DebtBeyondTheLimit_GivesNothing()
    {
        var grant = await LeaseAsync(Window(), new QuotaDemand { Limit = 10, Least = 1, Most = 5, Debt = 25 });

        Assert.Equal((0, 0L), (grant.Granted, grant.Free));
    }

    [Fact]
    public async Task Settle_OtherTenantEpochOrUnknownWindow_DoesNothing()
    {
        var window = Window();
        var grant = await LeaseAsync(window, new QuotaDemand { Limit = 100, Least = 10, Most = 10 });

        await Quotas.SettleAsync(
            [
                Settlement(window, grant.Epoch, 1, 9) with { Tenant = OtherTenant },
                Settlement(window, grant.Epoch + 1, 1, 9),
                Settlement(window, grant.Epoch, 0, 11),
                Settlement(Window(), grant.Epoch, 1, 9),
            ],
            Cancellation);

        Assert.Equal(new QuotaUse(10, 0, 1), await Quotas.FindAsync(Tenant, window, Cancellation));
    }

    [Fact]
    public async Task AnyMethod_OtherTenant_HasWindowsOfItsOwn()
    {
        var window = Window();
        await LeaseAsync(window, new QuotaDemand { Limit = 10, Least = 10, Most = 10 });

        Assert.Null(await Quotas.FindAsync(OtherTenant, window, Cancellation));
        Assert.Equal(0, await Quotas.ResetAsync(OtherTenant, window.Subject, null, Cancellation));
        Assert.Equal(new QuotaUse(10, 0, 1), await Quotas.FindAsync(Tenant, window, Cancellation));
    }

    [Fact]
    public async Task Reset_Windows_BeginAnewAndIgnoreWhatWasLeasedBefore()
    {
        var window = Window();
        var day = window with { Period = QuotaPeriod.Day, StartsAt = Hour.AddHours(-15) };
        var before = await LeaseAsync(window, new QuotaDemand { Limit = 10, Least = 10, Most = 10 });
        await LeaseAsync(day, new QuotaDemand { Limit = 10, Least = 10, Most = 10 });

        var reset = await Quotas.ResetAsync(Tenant, window.Subject, null, Cancellation);
        var after = await LeaseAsync(window, new QuotaDemand { Limit = 10, Least = 8, Most = 8, Epoch = before.Epoch, Spent = 10 });
        await Quotas.SettleAsync([Settlement(window, before.Epoch, 0, 8)], Cancellation);

        Assert.Equal((2, 8, 2L), (reset, after.Granted, after.Epoch));
        Assert.Equal(new QuotaUse(8, 0, 2), await Quotas.FindAsync(Tenant, window, Cancellation));
    }

    [Fact]
    public async Task Reset_WithEvent_CommitsBoth()
    {
        var audit = Sample.AuditEvent(Tenant, action: "limit.reset");

        await Quotas.ResetAsync(Tenant, Guid.CreateVersion7(), audit, Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Quotas.ResetAsync(Tenant, Guid.CreateVersion7(), Sample.AuditEvent(Tenant), Cancelled));

        var row = Assert.Single(await Get<Auditing.IAuditStore>().ReadChainAsync(Tenant, 0, null, 10, Cancellation));
        Assert.Equal(audit.Id, row.Event.Id);
    }

    [Theory]
    [InlineData(RegistryChangeKind.LimitReset)]
    [InlineData(RegistryChangeKind.QuotaRecall)]
    public async Task ResetOrRecall_Subject_TellsTheFeed(RegistryChangeKind kind)
    {
        var subject = Guid.CreateVersion7();
        var revision = await Revisions.GetAsync(Cancellation);
        if (kind == RegistryChangeKind.LimitReset)
        {
            await Quotas.ResetAsync(Tenant, subject, null, Cancellation);
        }
        else
        {
            await Quotas.RecallAsync(Tenant, subject, Cancellation);
        }

        await foreach (var change in Feed.WatchAsync(revision, Cancellation))
        {
            if (change.Id == subject)
            {
                Assert.Equal((kind, Tenant), (change.Kind, change.Tenant));
                break;
            }
        }
    }

    [Fact]
    public async Task Lease_Window_RaisesNoRevision()
    {
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        await LeaseAsync(Window(), new QuotaDemand { Limit = 10, Least = 1, Most = 1 });

        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task DeleteEnded_OldWindows_GoBatchByBatch()
    {
        await using var empty = await OpenEmptyAsync();
        var store = (IQuotaStore)empty.Services.GetService(typeof(IQuotaStore))!;
        foreach (var hours in (int[])[-3, -2, -1, 0])
        {
            await store.LeaseAsync(Tenant, Window() with { StartsAt = Hour.AddHours(hours) }, new QuotaDemand { Limit = 10, Least = 1, Most = 1 }, Cancellation);
        }

        Assert.Equal(2, await store.DeleteEndedAsync(Hour, 2, Cancellation));
        Assert.Equal(1, await store.DeleteEndedAsync(Hour, 2, Cancellation));
        Assert.Equal(0, await store.DeleteEndedAsync(Hour, 2, Cancellation));
    }

    [Fact]
    public async Task AnyMethod_Cancelled_Throws()
    {
        var window = Window();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Quotas.LeaseAsync(Tenant, window, new QuotaDemand { Limit = 1, Least = 1, Most = 1 }, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Quotas.SettleAsync([], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Quotas.FindAsync(Tenant, window, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Quotas.ResetAsync(Tenant, window.Subject, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Quotas.RecallAsync(Tenant, window.Subject, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Quotas.DeleteEndedAsync(Hour, 1, Cancelled));
    }

    private static QuotaWindow Window() => new(Guid.CreateVersion7(), QuotaPeriod.Hour, Hour);

    private QuotaSettlement Settlement(QuotaWindow window, long epoch, int spent, int returned) =>
        new() { Tenant = Tenant, Window = window, Epoch = epoch, Spent = spent, Returned = returned };

    private async Task<QuotaGrant> LeaseAsync(QuotaWindow window, QuotaDemand demand) => await Quotas.LeaseAsync(Tenant, window, demand, Cancellation);
}
