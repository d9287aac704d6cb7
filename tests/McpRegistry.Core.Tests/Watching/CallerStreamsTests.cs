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

    public CallerStreamsTests() => (_checks, _streams) = Create(new ApiKeyOptions());

    private (StreamChecks Checks, CallerStreams Streams) Create(ApiKeyOptions settings)
    {
        var database = new InMemoryDatabase(_clock);
        var options = Options.Create(settings);
        var keys = new ApiKeyLoader(_store, new InMemoryTenantStore(database), new InMemoryUserStore(database), _clock, options);
        var limit = new LookupLimit(options, _clock);
        var checks = new StreamChecks(keys, limit, options, _clock, NullLogger<StreamChecks>.Instance);
        return (checks, new CallerStreams(keys, limit, checks, _clock, NullLogger<CallerStreams>.Instance));
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

    /// <summary>Whoever asks for a stream gets an answer, and the connection to the database is free again.</summary>
    [Fact]
    public async Task OpenAsync_StoreHangs_IsRefusedInTime()
    {
        var caller = Add();
        using var reading = new SemaphoreSlim(0);
        _store.BeforeRead = Hanging(reading);

        var opening = _streams.OpenAsync(caller, CancellationToken.None).AsTask();
        await reading.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(new ApiKeyOptions().LookupTimeout);

        await Patience.UntilAsync(() => opening.IsCompleted, "the stream is refused", TestContext.Current.CancellationToken);
        Assert.Null(await opening);
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

    /// <summary>Each reading is given up after its own time, and the streams must not end one by one in that measure.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reload_StoreHangsForTooLong_EndsAllStreamsTogether(bool failsBeforeItsTime)
    {
        var limit = TimeSpan.FromSeconds(5);
        var (checks, streams) = Create(new ApiKeyOptions { CacheLifetime = limit, LookupTimeout = failsBeforeItsTime ? 2 * limit : limit });
        var opened = new List<CallerStream>();
        for (var i = 0; i < 20; i++)
        {
            opened.Add((await streams.OpenAsync(Add(), CancellationToken.None))!);
        }

        using var readings = new SemaphoreSlim(0);
        var reading = new TaskCompletionSource();
        _store.BeforeRead = () =>
        {
            readings.Release();
            return reading.Task;
        };
        await streams.ReloadAsync(CancellationToken.None);
        await readings.WaitAsync(TestContext.Current.CancellationToken);
        _store.BeforeRead = Hanging(readings);
        _clock.Advance(limit);
        if (failsBeforeItsTime)
        {
            reading.SetException(new IOException("away"));
        }

        await Task.WhenAny(checks.Running, readings.WaitAsync(TestContext.Current.CancellationToken));

        Assert.All(opened, static stream => Assert.True(stream.Ended.IsCancellationRequested));
        opened.ForEach(static stream => stream.Dispose());
        await checks.DisposeAsync();
    }

    /// <summary>Each failure holds those who wait behind it, and so do those between which the store answers.</summary>
    [Theory]
    [InlineData(1, 100)]
    [InlineData(1, 900)]
    [InlineData(2, 900)]
    public async Task Reload_ReadingsFailAfterAWhile_EndsAllStreamsTogether(int failsEvery, int milliseconds)
    {
        var (checks, streams) = Create(new ApiKeyOptions { CacheLifetime = TimeSpan.Zero });
        var opened = new List<CallerStream>();
        for (var i = 0; i < 60; i++)
        {
            opened.Add((await streams.OpenAsync(Add(), CancellationToken.None))!);
        }

        var (reads, began) = (0, _clock.GetUtcNow());
        _store.AfterRead = () =>
        {
            if (reads++ % failsEvery == 0)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
                throw new IOException("away");
            }
        };

        await streams.ReloadAsync(CancellationToken.None);
        await checks.Running;

        Assert.InRange(_clock.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(reads / failsEvery * (failsEvery - 1), opened.Count(static stream => !stream.Ended.IsCancellationRequested));
        opened.ForEach(static stream => stream.Dispose());
        await checks.DisposeAsync();
    }

    /// <summary>Those who have time need not be asked for at once, and the streams of others may be waiting behind them.</summary>
    [Fact]
    public async Task Reload_StoreHangs_IsLetAloneAndAskedAgain()
    {
        var opened = new List<CallerStream>();
        for (var i = 0; i < 5; i++)
        {
            opened.Add(await OpenAsync(Add()));
        }

        var reads = _store.Reads;
        using var readings = new SemaphoreSlim(0);
        _store.BeforeRead = Hanging(readings);
        await _streams.ReloadAsync(CancellationToken.None);
        await readings.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(new ApiKeyOptions().LookupTimeout);
        await Task.WhenAny(_checks.Running, readings.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, _store.Reads - reads);

        _store.BeforeRead = null;
        await Patience.UntilAsync(
            () => _store.Reads - reads == 6, "each key is read", TestContext.Current.CancellationToken, () => _clock.Advance(TimeSpan.FromSeconds(1)));
        await _checks.Running;
        Assert.All(opened, static stream => Assert.False(stream.Ended.IsCancellationRequested));
        opened.ForEach(static stream => stream.Dispose());
    }

    /// <summary>A store that fails at once holds nobody, so that each key is asked for, even where none is trusted unread.</summary>
    [Fact]
    public async Task Reload_StoreFailsOnce_EndsTheStreamsOfOneKeyOnly()
    {
        var (checks, streams) = Create(new ApiKeyOptions { CacheLifetime = TimeSpan.Zero });
        using var first = await streams.OpenAsync(Add(), CancellationToken.None);
        using var second = await streams.OpenAsync(Add(), CancellationToken.None);
        _store.AfterRead = () =>
        {
            _store.AfterRead = null;
            throw new IOException("away");
        };

        await streams.ReloadAsync(CancellationToken.None);
        await checks.Running;

        Assert.Single(new[] { first!, second! }, static stream => stream.Ended.IsCancellationRequested);
        await checks.DisposeAsync();
    }

    [Fact]
    public async Task Apply_StoreHasHungBefore_KeysAreReadAgain()
    {
        var options = new ApiKeyOptions { CacheLifetime = TimeSpan.Zero };
        var (checks, streams) = Create(options);
        var (caught, spared) = (Add(), Add());
        using var ended = await streams.OpenAsync(caught, CancellationToken.None);
        using var stream = await streams.OpenAsync(spared, CancellationToken.None);
        using var readings = new SemaphoreSlim(0);
        _store.BeforeRead = Hanging(readings);
        await streams.ApplyAsync(Change(caught), CancellationToken.None);
        await readings.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(options.LookupTimeout);
        await checks.Running;
        Assert.True(ended!.Ended.IsCancellationRequested);

        _store.BeforeRead = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await streams.ApplyAsync(Change(spared), CancellationToken.None);
        await checks.Running;

        Assert.False(stream!.Ended.IsCancellationRequested);
        await checks.DisposeAsync();
    }

    /// <summary>In the tenant that he acts for, an administrator is no user.</summary>
    [Fact]
    public async Task Apply_UserWhoActsForAnotherTenant_EndsHisStreamsAndNoOthers()
    {
        var (ann, bob) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var hers = await OpenAsync(Acting(ann));
        using var his = await OpenAsync(Acting(bob));

        await _streams.ApplyAsync(new RegistryChange { Revision = 1, Kind = RegistryChangeKind.User, Id = ann }, CancellationToken.None);

        Assert.Equal((true, false), (hers.Ended.IsCancellationRequested, his.Ended.IsCancellationRequested));

        static Caller Acting(Guid user)
        {
            var home = AccessFixture.Caller(TenantId.Global, user);
            return home with { Tenant = new TenantId(new Guid(1, 0, 0, new byte[8])), UserId = null, AtHome = home };
        }
    }

    private static Func<Task> Hanging(SemaphoreSlim begun) => () =>
    {
        begun.Release();
        return new TaskCompletionSource().Task;
    };

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
