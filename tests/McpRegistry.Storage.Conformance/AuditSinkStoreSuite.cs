using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IAuditSinkStore"/> promises.</summary>
public abstract class AuditSinkStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly Guid _holder = Guid.CreateVersion7();
    private readonly Guid _other = Guid.CreateVersion7();
    private readonly string _sink = $"sink-{Guid.CreateVersion7():N}";

    private IAuditSinkStore Sinks => Get<IAuditSinkStore>();

    [Fact]
    public async Task FindBehind_TrailGrowsAndIsDelivered_FollowsIt()
    {
        Assert.DoesNotContain(Tenant, await FindAsync());
        Assert.Null(await HoldAsync(_holder));
        await AppendAsync(2);
        Assert.Contains(Tenant, await FindAsync());

        Assert.Equal(0, await HoldAsync(_holder));
        Assert.DoesNotContain(Tenant, await FindAsync());
        Assert.True(await Sinks.AdvanceAsync(Tenant, _sink, _holder, 1, Now, Cancellation));
        Assert.Contains(Tenant, await FindAsync());
        Assert.True(await Sinks.AdvanceAsync(Tenant, _sink, _holder, 2, Now, Cancellation));
        Assert.DoesNotContain(Tenant, await FindAsync());

        await AppendAsync(1);
        Assert.Contains(Tenant, await FindAsync());
        Assert.Equal(2, await HoldAsync(_other));
    }

    [Fact]
    public async Task TryHold_HeldByAnother_WaitsForItsEnd()
    {
        await AppendAsync(1);
        Assert.Equal(0, await HoldAsync(_holder));

        Assert.Null(await HoldAsync(_other));
        Assert.False(await Sinks.AdvanceAsync(Tenant, _sink, _other, 1, Now, Cancellation));
        Assert.Equal(0, await HoldAsync(_holder));
        Assert.Equal(0, await HoldAsync(_other, Now.AddMinutes(1)));

        // The first was too slow: what it notes now counts no more.
        Assert.False(await Sinks.AdvanceAsync(Tenant, _sink, _holder, 1, Now.AddHours(1), Cancellation));
        Assert.Equal(0, await HoldAsync(_other, Now.AddMinutes(1)));
    }

    [Fact]
    public async Task TryHold_ManyAtOnce_OneGetsIt()
    {
        await AppendAsync(1);

        var held = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await HoldAsync(Guid.CreateVersion7()))));

        Assert.Single(held, position => position == 0);
        Assert.Equal(15, held.Count(position => position is null));
    }

    [Fact]
    public async Task Advance_Backwards_IsRefused()
    {
        await AppendAsync(3);
        await HoldAsync(_holder);
        Assert.True(await Sinks.AdvanceAsync(Tenant, _sink, _holder, 2, Now.AddMinutes(1), Cancellation));

        Assert.False(await Sinks.AdvanceAsync(Tenant, _sink, _holder, 1, Now, Cancellation));

        Assert.Equal(2, await HoldAsync(_holder));
    }

    [Fact]
    public async Task Positions_OfOtherSinksAndTenants_AreTheirOwn()
    {
        await AppendAsync(1);
        await Get<IAuditStore>().AppendAsync([Sample.AuditEvent(OtherTenant)], Cancellation);
        await HoldAsync(_holder);
        await Sinks.AdvanceAsync(Tenant, _sink, _holder, 1, Now, Cancellation);

        Assert.Contains(OtherTenant, await FindAsync());
        Assert.Contains(Tenant, await Sinks.FindBehindAsync("another", Now, 1000, Cancellation));
        Assert.Equal(0, await Sinks.TryHoldAsync(OtherTenant, _sink, _other, Now, Now.AddMinutes(1), Cancellation));
    }

    [Fact]
    public async Task AnyWrite_RaisesNoRevision()
    {
        await AppendAsync(1);
        var revision = await Revisions.GetAsync(Cancellation);

        await HoldAsync(_holder);
        await Sinks.AdvanceAsync(Tenant, _sink, _holder, 1, Now, Cancellation);

        Assert.Equal(revision, await Revisions.GetAsync(Cancellation));
    }

    [Fact]
    public async Task AnyMethod_CancelledOrOutOfRange_Throws()
    {
        await AppendAsync(1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Sinks.FindBehindAsync(_sink, Now, 1, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Sinks.TryHoldAsync(Tenant, _sink, _holder, Now, Now, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Sinks.AdvanceAsync(Tenant, _sink, _holder, 1, Now, Cancelled));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Sinks.FindBehindAsync(_sink, Now, 1001, Cancellation));
    }

    /// <summary>Other tests have trails, too, and a page ends at a thousand.</summary>
    private async Task<IReadOnlyList<TenantId>> FindAsync() => await Sinks.FindBehindAsync(_sink, Now, 1000, Cancellation);

    private ValueTask<long?> HoldAsync(Guid holder, DateTimeOffset? now = null) =>
        Sinks.TryHoldAsync(Tenant, _sink, holder, now ?? Now, (now ?? Now).AddMinutes(1), Cancellation);

    private async Task AppendAsync(int count) =>
        await Get<IAuditStore>().AppendAsync([.. Enumerable.Range(0, count).Select(i => Sample.AuditEvent(Tenant, i))], Cancellation);
}
