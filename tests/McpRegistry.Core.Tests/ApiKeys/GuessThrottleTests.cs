using System.Net;
using McpRegistry.ApiKeys;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

public sealed class GuessThrottleTests : IAsyncDisposable
{
    private readonly KeyWorld _keys = new(("GuessLimit", "3"));

    public ValueTask DisposeAsync() => _keys.DisposeAsync();

    /// <summary>It would go on with a store that is gone.</summary>
    [Fact]
    public async Task Dispose_IdsAreBeingRead_EndsTheReading()
    {
        using var begun = new SemaphoreSlim(0);
        _keys.Store.BeforeIdsAreRead = token =>
        {
            begun.Release();
            return Task.Delay(Timeout.Infinite, token);
        };
        var known = _keys.Get<KnownLookupIds>();
        known.Require();
        await begun.WaitAsync(TestContext.Current.CancellationToken);

        await known.DisposeAsync();

        Assert.True(known.Reading.IsCompleted);
    }

    [Fact]
    public async Task ValidateAsync_AddressThatGuessed_GetsNoLookUpAndValidKeysBehindItWork()
    {
        var (warm, _) = await _keys.IssueAsync();
        var (cold, _) = await _keys.IssueAsync();
        var (revoked, _) = await _keys.IssueAsync(key => key with { RevokedAt = key.CreatedAt });
        await _keys.FailureAsync(warm);
        await GuessAsync(4);
        var lookUps = _keys.Store.LookUps;

        var guess = await _keys.TryAsync(ApiKeyFormat.Generate("test"));
        var elsewhere = await _keys.TryAsync(ApiKeyFormat.Generate("test"), IPAddress.Parse("203.0.113.8"));

        Assert.Equal((ApiKeyFailure.Unknown, TimeSpan.FromMinutes(1)), (guess.Failure, guess.RetryAfter!.Value));
        Assert.Null(elsewhere.RetryAfter);
        Assert.Equal(lookUps + 1, _keys.Store.LookUps);
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(warm));
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(cold));

        // What is refused there is answered alike, or the answer would tell which ids exist.
        Assert.NotNull((await _keys.TryAsync(revoked)).RetryAfter);
        _keys.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await _keys.TryAsync(revoked)).RetryAfter);
    }

    [Fact]
    public async Task ValidateAsync_KeyMadeWhileItsAddressIsThrottled_WorksAsSoonAsTheFeedTells()
    {
        await GuessAsync(4);

        var (made, _) = await _keys.IssueAsync();
        await _keys.FollowAsync();

        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(made));
    }

    [Fact]
    public async Task ValidateAsync_FeedIsSilent_KeyMadeMeanwhileWorksOnceTheIdsAreOld()
    {
        await GuessAsync(4);
        var (made, _) = await _keys.IssueAsync();
        Assert.Equal(ApiKeyFailure.Unknown, await _keys.FailureAsync(made));

        _keys.Clock.Advance(TimeSpan.FromMinutes(1));
        await GuessAsync(4);

        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(made));
    }

    /// <summary>The ids that are there go on to answer while others are read.</summary>
    [Fact]
    public async Task ValidateAsync_IdsAreReadAnew_GuessesAskNoStoreAndNewKeysAreHeardOf()
    {
        await GuessAsync(4);
        var go = new TaskCompletionSource();
        _keys.Store.BeforeIdsAreRead = token => go.Task.WaitAsync(token);
        _keys.Clock.Advance(TimeSpan.FromMinutes(1));
        await FailAsync(4);
        var lookUps = _keys.Store.LookUps;
        await FailAsync(3);
        var (made, _) = await _keys.IssueAsync();
        await _keys.FollowAsync();

        Assert.Equal(lookUps, _keys.Store.LookUps);
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(made));
        go.SetResult();
        await _keys.Get<KnownLookupIds>().Reading;
    }

    [Fact]
    public async Task ValidateAsync_UnknownTextAgain_AsksNoStoreUntilAnyKeyChanges()
    {
        await using var keys = new KeyWorld();
        var text = ApiKeyFormat.Generate("test");
        await keys.FailureAsync(text);
        await keys.FailureAsync(text);
        Assert.Equal(1, keys.Store.LookUps);

        var composed = keys.Get<ApiKeyComposer>().Compose(text, "created right now", ApiKeyScope.Read, null);
        await keys.Store.AddAsync(composed.Tenant, composed, null, TestContext.Current.CancellationToken);
        await keys.FollowAsync();

        Assert.Equal(ApiKeyFailure.None, await keys.FailureAsync(text));
    }

    [Fact]
    public async Task ValidateAsync_KeyMadeWhileItIsLookedFor_IsNotRememberedAsUnknown()
    {
        await using var keys = new KeyWorld();
        var text = ApiKeyFormat.Generate("test");
        var composed = keys.Get<ApiKeyComposer>().Compose(text, "created right now", ApiKeyScope.Read, null);
        keys.Store.AfterRead = () =>
        {
            keys.Store.AfterRead = null;
            Assert.True(keys.Store.AddAsync(composed.Tenant, composed, null, CancellationToken.None).AsTask().IsCompletedSuccessfully);
            Assert.True(keys.FollowAsync().IsCompletedSuccessfully);
        };

        Assert.Equal(ApiKeyFailure.Unknown, await keys.FailureAsync(text));
        Assert.Equal(ApiKeyFailure.None, await keys.FailureAsync(text));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.1", "::ffff:203.0.113.1", true)]
    [InlineData("203.0.113.1", "203.0.113.2", false)]
    public void Count_Addresses_OneSubscriberCountsOnce(string first, string second, bool together)
    {
        var throttle = Throttle(10);
        throttle.Count(IPAddress.Parse(first), DateTimeOffset.UnixEpoch);

        Assert.Equal(together, throttle.Count(IPAddress.Parse(second), DateTimeOffset.UnixEpoch) is not null);
    }

    [Fact]
    public void Count_FloodOfAddresses_StaysWithinItsBoundAndCountsOn()
    {
        var throttle = Throttle(2);
        for (var i = 0; i < 1_000; i++)
        {
            throttle.Count(new IPAddress(i), DateTimeOffset.UnixEpoch);
        }

        throttle.Count(IPAddress.Loopback, DateTimeOffset.UnixEpoch);
        Assert.NotNull(throttle.Count(IPAddress.Loopback, DateTimeOffset.UnixEpoch));
    }

    private static GuessThrottle Throttle(int addresses) =>
        new(Options.Create(new ApiKeyOptions { GuessLimit = 1, GuessAddresses = addresses }));

    private async Task GuessAsync(int count)
    {
        await FailAsync(count);
        await _keys.Get<KnownLookupIds>().Reading;
    }

    private async Task FailAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(ApiKeyFailure.Unknown, await _keys.FailureAsync(ApiKeyFormat.Generate("test")));
        }
    }
}
