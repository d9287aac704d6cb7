using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Tenancy;

public sealed class TenantDirectoryTests
{
    private static readonly TenantId One = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId Two = new(new Guid(2, 0, 0, new byte[8]));

    private readonly TenantDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void GetStatus_GlobalAndUnknownTenant_IsActiveAndNull()
    {
        Assert.Equal(TenantStatus.Active, _directory.GetStatus(TenantId.Global));
        Assert.False(_directory.GetEnding(TenantId.Global).CanBeCanceled);
        Assert.True(_directory.TryFind(TenantId.Global.ToString(), out var global));
        Assert.True(global.IsGlobal);
        Assert.Null(_directory.GetStatus(One));
        Assert.True(_directory.GetEnding(One).IsCancellationRequested);
        Assert.False(_directory.TryFind(One.ToString(), out _));
    }

    [Fact]
    public void Put_OlderRow_ChangesNothing()
    {
        _directory.Put(Row(One, "a", TenantStatus.Suspended, version: 3));
        _directory.Put(Row(One, "b", TenantStatus.Active, version: 2));

        Assert.Equal(TenantStatus.Suspended, _directory.GetStatus(One));
        Assert.False(_directory.TryFind("b", out _));
    }

    [Fact]
    public void Put_SlugsThatChangeHands_LeadToTheirOwners()
    {
        _directory.Put(Row(One, "a"));
        _directory.Put(Row(Two, "a", version: 5));
        _directory.Put(Row(One, "c", version: 2));

        Assert.True(_directory.TryFind("a", out var a) && a == Two);
        Assert.True(_directory.TryFind("c", out var c) && c == One);
        _directory.Remove(Two);
        Assert.False(_directory.TryFind("a", out _));
    }

    [Theory]
    [InlineData(TenantStatus.Suspended)]
    [InlineData(TenantStatus.Disabled)]
    [InlineData(null)]
    public async Task ShutOut_Tenant_EndsWhatItHasOpenAndTells(TenantStatus? status)
    {
        var told = new TaskCompletionSource<TenantId>(TaskCreationOptions.RunContinuationsAsynchronously);
        _directory.OnShutOut(told.SetResult);
        _directory.Put(Row(One, "a"));
        _directory.Put(Row(Two, "b"));
        var ending = _directory.GetEnding(One);

        if (status is { } known)
        {
            _directory.Put(Row(One, "a", known, version: 2));
        }
        else
        {
            _directory.Remove(One);
        }

        Assert.Equal(One, await told.Task.WaitAsync(Cancellation));
        Assert.True(ending.IsCancellationRequested);
        Assert.False(_directory.GetEnding(Two).IsCancellationRequested);
        _directory.Put(Row(One, "a", version: 3));
        Assert.False(_directory.GetEnding(One).IsCancellationRequested);
    }

    [Fact]
    public void Replace_StoreThatWasRestored_TakesOlderRowsAndNamesOthers()
    {
        _directory.Put(Row(One, "a", version: 9));
        _directory.Put(Row(Two, "b"));

        var missing = _directory.Replace([Row(One, "z", TenantStatus.Suspended, version: 1)]);

        Assert.Equal(TenantStatus.Suspended, _directory.GetStatus(One));
        Assert.False(_directory.TryFind("a", out _));
        Assert.Equal([Two], missing);
        Assert.NotNull(_directory.GetStatus(Two));
    }

    [Fact]
    public void LookUps_ManyTenants_AllocateNothing()
    {
        for (var i = 1; i <= 1_000; i++)
        {
            _directory.Put(Row(new TenantId(new Guid(i, 0, 0, new byte[8])), $"tenant-{i}"));
        }

        var id = new TenantId(new Guid(700, 0, 0, new byte[8]));
        var text = id.ToString();
        Assert.Equal(0, Allocations.Of(() =>
        {
            _ = _directory.GetStatus(id);
            _ = _directory.GetEnding(id);
            _ = _directory.TryFind("tenant-700", out _);
            _ = _directory.TryFind(text, out _);
        }));
    }

    [Fact]
    public async Task Follower_WritesOfAnyReplica_AreTakenOver()
    {
        var store = new InMemoryTenantStore(new InMemoryDatabase(TimeProvider.System));
        var follower = new TenantFollower(store, _directory);
        await store.AddAsync(Row(One, "a"), null, Cancellation);
        await follower.ReloadAsync(Cancellation);
        Assert.Equal(TenantStatus.Active, _directory.GetStatus(One));

        await store.UpdateAsync(Row(One, "a", TenantStatus.Suspended, version: 1), null, Cancellation);
        await follower.ApplyAsync(Change(RegistryChangeKind.User), Cancellation);
        Assert.Equal(TenantStatus.Active, _directory.GetStatus(One));
        await follower.ApplyAsync(Change(RegistryChangeKind.Tenant), Cancellation);
        Assert.Equal(TenantStatus.Suspended, _directory.GetStatus(One));

        await store.DeleteAsync(One, null, null, Cancellation);
        await follower.ApplyAsync(Change(RegistryChangeKind.Tenant), Cancellation);
        Assert.Null(_directory.GetStatus(One));
    }

    private static RegistryChange Change(RegistryChangeKind kind) => new() { Revision = 1, Kind = kind, Tenant = One, Id = One.Value };

    private static Tenant Row(TenantId id, string slug, TenantStatus status = TenantStatus.Active, long version = 1) => new()
    {
        Id = id,
        Slug = slug,
        Name = slug,
        Status = status,
        Version = version,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
