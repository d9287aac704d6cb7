using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using McpRegistry.Watching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

public sealed class CallerStreamsTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeApiKeyStore _store = new();
    private readonly StreamChecks _checks;
    private readonly CallerStreams _streams;

    public CallerStreamsTests()
    {
        var database = new InMemoryDatabase(_clock);
        var options = Options.Create(new ApiKeyOptions());
        var keys = new ApiKeyLoader(_store, new InMemoryTenantStore(database), new InMemoryUserStore(database), _clock, options);
        _checks = new StreamChecks(keys, new LookupLimit(options, _clock), options, _clock, NullLogger<StreamChecks>.Instance);
        _streams = new CallerStreams(keys, _checks, _clock, NullLogger<CallerStreams>.Instance);
    }

    public ValueTask DisposeAsync() => _checks.DisposeAsync();

    /// <summary>Calls go on by what is remembered of a key, but a stream would be open long after it was revoked.</summary>
    [Fact]
    public async Task OpenAsync_StoreIsAway_IsRefusedAndNothingIsLeft()
    {
        var key = AccessFixture.Key(TenantId.Global) with { Tenant = TenantId.Global };
        _store.Keys.Add(key);
        var caller = AccessFixture.Caller(TenantId.Global, key: key.Id) with { Key = key };
        _store.AfterRead = static () => throw new IOException("away");

        Assert.Null(await _streams.OpenAsync(caller, CancellationToken.None));

        _store.AfterRead = null;
        using var stream = await _streams.OpenAsync(caller, CancellationToken.None);
        Assert.False(stream!.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Apply_KeyWithManyStreams_IsReadOnce()
    {
        var caller = Add();
        using var one = await OpenAsync(caller);
        using var other = await OpenAsync(caller);
        var reads = _store.Reads;
        Revoke(caller);

        await ApplyAsync(caller);

        Assert.Equal(1, _store.Reads - reads);
        Assert.True(one.Ended.IsCancellationRequested && other.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Reload_ManyStreams_ReadsEachKeyOnceAndEndsWhatChanged()
    {
        var (revoked, kept) = (Add(), Add());
        CallerStream[] streams = [await OpenAsync(revoked), await OpenAsync(revoked), await OpenAsync(kept), await OpenAsync(kept)];
        var reads = _store.Reads;
        Revoke(revoked);

        await _streams.ReloadAsync(CancellationToken.None);
        await _checks.Running;

        Assert.Equal(2, _store.Reads - reads);
        Assert.Equal([true, true, false, false], streams.Select(static stream => stream.Ended.IsCancellationRequested));
        Array.ForEach(streams, static stream => stream.Dispose());
    }

    /// <summary>What a change asks for must not wait until all others were read.</summary>
    [Fact]
    public async Task Apply_WhileAllAreReadAnew_ComesBeforeTheOthers()
    {
        var callers = Enumerable.Range(0, 20).Select(_ => Add()).ToList();
        var opened = new List<CallerStream>();
        foreach (var caller in callers)
        {
            opened.Add(await OpenAsync(caller));
        }

        var (reads, readsAtTheEnd) = (0, 0);
        opened[0].Ended.Register(() => readsAtTheEnd = reads);
        _store.AfterRead = () =>
        {
            if (++reads == 1)
            {
                Revoke(callers[0]);
                _ = _streams.ApplyAsync(Change(callers[0]), CancellationToken.None).AsTask();
            }
        };

        await _streams.ReloadAsync(CancellationToken.None);
        await _checks.Running;

        Assert.Equal((21, 2), (reads, readsAtTheEnd));
        opened.ForEach(static stream => stream.Dispose());
    }

    /// <summary>A change that fails here would be left out in the end, and its streams would go on for good.</summary>
    [Fact]
    public async Task Apply_KeyCannotBeRead_IsTriedAgainUntilItIs()
    {
        var caller = Add();
        using var stream = await OpenAsync(caller);
        Revoke(caller);
        _store.AfterRead = static () => throw new IOException("away");
        await ApplyAsync(caller);
        Assert.False(stream.Ended.IsCancellationRequested);

        _store.AfterRead = null;
        await AdvanceUntilEndedAsync(stream, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Apply_KeyCannotBeReadForTooLong_EndsItsStreams()
    {
        var caller = Add();
        using var stream = await OpenAsync(caller);
        _store.AfterRead = static () => throw new IOException("away");
        await ApplyAsync(caller);
        _clock.Advance(new ApiKeyOptions().CacheLifetime - TimeSpan.FromSeconds(2));
        await _checks.Running;
        Assert.False(stream.Ended.IsCancellationRequested);

        await AdvanceUntilEndedAsync(stream, TimeSpan.FromSeconds(10));
    }

    private Caller Add()
    {
        var key = AccessFixture.Key(TenantId.Global) with { LookupId = $"{Guid.CreateVersion7():N}" };
        _store.Keys.Add(key);
        return AccessFixture.Caller(TenantId.Global, key: key.Id) with { Key = key };
    }

    private void Revoke(Caller caller)
    {
        var index = _store.Keys.FindIndex(key => key.Id == caller.KeyId);
        _store.Keys[index] = _store.Keys[index] with { RevokedAt = _clock.GetUtcNow() };
    }

    private static RegistryChange Change(Caller caller) => new() { Revision = 1, Kind = RegistryChangeKind.ApiKey, Id = caller.KeyId!.Value };

    private async Task<CallerStream> OpenAsync(Caller caller)
    {
        var stream = await _streams.OpenAsync(caller, CancellationToken.None);
        Assert.False(stream!.Ended.IsCancellationRequested);
        return stream;
    }

    private async Task ApplyAsync(Caller caller)
    {
        await _streams.ApplyAsync(Change(caller), CancellationToken.None);
        await _checks.Running;
    }

    /// <summary>The clock may go before the one who waits has set its timer, so it goes on in steps.</summary>
    private Task AdvanceUntilEndedAsync(CallerStream stream, TimeSpan step) => Patience.UntilAsync(
        () => stream.Ended.IsCancellationRequested, "the stream has ended", TestContext.Current.CancellationToken, () => _clock.Advance(step));
}
