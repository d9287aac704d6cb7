using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Tenancy;

/// <summary>What is written here while the change feed reads.</summary>
public sealed class TenantFollowerTests
{
    private static readonly TenantId One = new(new Guid(1, 0, 0, new byte[8]));

    private readonly TenantDirectory _directory = new();
    private readonly HookedTenantStore _store = new(new InMemoryTenantStore(new InMemoryDatabase(TimeProvider.System)));
    private readonly TenantFollower _follower;

    public TenantFollowerTests() => _follower = new TenantFollower(_store, _directory);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reload_SuspendedHereAfterItWasRead_StaysShutOut()
    {
        var tenant = await AddAsync(One, "a");
        await _follower.ReloadAsync(Cancellation);
        _store.AfterNextPage = () => ChangeHereAsync(tenant with { Status = TenantStatus.Suspended });

        await _follower.ReloadAsync(Cancellation);

        Assert.Equal(TenantStatus.Suspended, _directory.GetStatus(One));
        await _follower.ReloadAsync(Cancellation);
        Assert.Equal(TenantStatus.Suspended, _directory.GetStatus(One));
    }

    [Fact]
    public async Task Reload_AddedHereAfterItWasRead_IsNotCutOff()
    {
        var ending = CancellationToken.None;
        _store.AfterNextPage = async () =>
        {
            _directory.Put(await AddAsync(One, "a"));
            ending = _directory.GetEnding(One);
        };

        await _follower.ReloadAsync(Cancellation);

        Assert.Equal(TenantStatus.Active, _directory.GetStatus(One));
        Assert.Equal(ending, _directory.GetEnding(One));
    }

    [Fact]
    public async Task Reload_DeletedHereAfterItWasRead_StaysGone()
    {
        await AddAsync(One, "a");
        await _follower.ReloadAsync(Cancellation);
        _store.AfterNextPage = DeleteHereAsync;

        await _follower.ReloadAsync(Cancellation);

        Assert.Null(_directory.GetStatus(One));
        Assert.False(_directory.TryFind("a", out _));
    }

    [Fact]
    public async Task Reload_RenamedToAReadPage_IsNotCutOff()
    {
        for (var i = 2; i <= 1_001; i++)
        {
            await AddAsync(new TenantId(new Guid(i, 0, 0, new byte[8])), $"m{i}");
        }

        var tenant = await AddAsync(One, "z");
        await _follower.ReloadAsync(Cancellation);
        var ending = _directory.GetEnding(One);
        _store.AfterNextPage = async () => await _store.UpdateAsync(tenant with { Slug = "a" }, null, Cancellation);

        await _follower.ReloadAsync(Cancellation);

        Assert.Equal(1_001, _directory.Count);
        Assert.Equal(ending, _directory.GetEnding(One));
        Assert.True(_directory.TryFind("a", out var found) && found == One);
    }

    [Fact]
    public async Task Reload_TenantThatIsNoMore_IsForgotten()
    {
        _directory.Put(Row(One, "a"));

        await _follower.ReloadAsync(Cancellation);

        Assert.Null(_directory.GetStatus(One));
    }

    [Fact]
    public async Task Apply_DeletedHereAfterItWasRead_StaysGone()
    {
        await AddAsync(One, "a");
        _store.AfterNextFind = DeleteHereAsync;

        await _follower.ApplyAsync(new RegistryChange { Revision = 1, Kind = RegistryChangeKind.Tenant, Tenant = One, Id = One.Value }, Cancellation);

        Assert.Null(_directory.GetStatus(One));
    }

    [Fact]
    public async Task PutWritten_DeletedByAnotherReplicaSince_StaysGone()
    {
        var removals = _directory.Removals;
        var written = await AddAsync(One, "a");
        await DeleteHereAsync();

        await _directory.PutWrittenAsync(written, removals, _store.FindAsync, Cancellation);

        Assert.Null(_directory.GetStatus(One));
    }

    private async Task<Tenant> AddAsync(TenantId id, string slug) => (await _store.AddAsync(Row(id, slug), null, Cancellation)).Value!;

    private async Task ChangeHereAsync(Tenant wanted) => _directory.Put((await _store.UpdateAsync(wanted, null, Cancellation)).Value!);

    private async Task DeleteHereAsync()
    {
        await _store.DeleteAsync(One, null, null, Cancellation);
        _directory.Remove(One);
    }

    private static Tenant Row(TenantId id, string slug) => new()
    {
        Id = id,
        Slug = slug,
        Name = slug,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
