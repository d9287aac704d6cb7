using McpRegistry.ApiKeys;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

public sealed class ApiKeyLockoutTests : IAsyncDisposable
{
    private const int Guessers = 50;
    private readonly KeyWorld _keys = new();

    public ValueTask DisposeAsync() => _keys.DisposeAsync();

    [Fact]
    public async Task ValidateAsync_FiftyGuessersAtOnce_LockThatKeyAndNoOtherUntilTheWindowIsOver()
    {
        var (text, key) = await _keys.IssueAsync();
        var (neighbour, _) = await _keys.IssueAsync();

        var guesses = await Task.WhenAll(Enumerable.Range(0, Guessers).Select(_ => Task.Run(() => _keys.TryAsync(KeyWorld.Wrong(text)))));

        Assert.All(guesses, guess => Assert.False(guess.IsValid));
        Assert.Equal(ApiKeyFailure.Locked, await _keys.FailureAsync(text));
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(neighbour));
        var lockout = (await _keys.Store.FindAsync(key.Tenant, key.Id, TestContext.Current.CancellationToken))!.Lockout;
        Assert.Equal((1, _keys.Clock.GetUtcNow().AddMinutes(15)), (lockout.Lockouts, lockout.LockedUntil!.Value));

        _keys.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(ApiKeyFailure.Locked, await _keys.FailureAsync(text));
        _keys.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(text));
    }

    [Fact]
    public async Task ValidateAsync_FourWrongSecrets_DoNotLockAndASuccessBeginsAnew()
    {
        var (text, _) = await _keys.IssueAsync();
        for (var round = 0; round < 3; round++)
        {
            await GuessAsync(_keys, text, 4);
            Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(text));
        }
    }

    [Fact]
    public async Task ValidateAsync_OneWrongSecretAgainAndAgain_Locks()
    {
        var (text, _) = await _keys.IssueAsync();
        var wrong = KeyWorld.Wrong(text);
        for (var i = 0; i < 5; i++)
        {
            Assert.NotEqual(ApiKeyFailure.None, await _keys.FailureAsync(wrong));
        }

        Assert.Equal(ApiKeyFailure.Locked, await _keys.FailureAsync(text));
        Assert.Equal(2, _keys.Store.LookUps);
    }

    [Fact]
    public async Task ValidateAsync_StoreHangsAtAWrongSecret_IsGivenUpInTimeAndCountedAllTheSame()
    {
        var (text, _) = await _keys.IssueAsync();
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(text));
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _keys.Store.AttemptsMayBeWritten = answer.Task;

        var guess = _keys.FailureAsync(KeyWorld.Wrong(text));
        _keys.Clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(guess.IsCompleted);
        _keys.Clock.Advance(TimeSpan.FromTicks(1));

        await Assert.ThrowsAsync<TimeoutException>(() => guess);
        answer.SetResult();
        await GuessAsync(_keys, text, 4);
        Assert.Equal(ApiKeyFailure.Locked, await _keys.FailureAsync(text));
    }

    [Fact]
    public async Task ValidateAsync_ReplicasCountTogether_AndAllKeepTheLock()
    {
        var (text, _) = await _keys.IssueAsync();
        await using var other = _keys.Join();
        Assert.Equal(ApiKeyFailure.None, await other.FailureAsync(text));
        await GuessAsync(_keys, text, 3);
        await GuessAsync(other, text, 2);

        await _keys.FollowAsync();

        Assert.Equal(ApiKeyFailure.Locked, await other.FailureAsync(text));
        Assert.Equal(ApiKeyFailure.Locked, await _keys.FailureAsync(text));
    }

    [Fact]
    public async Task ValidateAsync_LockedAgainAndAgain_LastsTwiceAsLongUpToTheBound()
    {
        var (text, key) = await _keys.IssueAsync();
        foreach (var expected in (int[])[15, 30, 60, 120, 240, 480, 960, 1440, 1440])
        {
            await GuessAsync(_keys, text, 5);
            var lockout = (await _keys.Store.FindAsync(key.Tenant, key.Id, TestContext.Current.CancellationToken))!.Lockout;
            Assert.Equal(TimeSpan.FromMinutes(expected), lockout.LockedUntil - _keys.Clock.GetUtcNow());
            _keys.Clock.Advance(TimeSpan.FromMinutes(expected));
        }

        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(text));
        await GuessAsync(_keys, text, 5);
        _keys.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(ApiKeyFailure.None, await _keys.FailureAsync(text));
    }

    [Fact]
    public async Task ValidateAsync_GuessesWhileLocked_WriteNothingAndAskNothing()
    {
        var (text, _) = await _keys.IssueAsync();
        await GuessAsync(_keys, text, 5);
        await _keys.FailureAsync(text);
        var (lookUps, writes) = (_keys.Store.LookUps, _keys.Store.AttemptWrites);

        await GuessAsync(_keys, text, 20);

        Assert.Equal((lookUps, writes), (_keys.Store.LookUps, _keys.Store.AttemptWrites));
    }

    private static async Task GuessAsync(KeyWorld keys, string text, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.NotEqual(ApiKeyFailure.None, await keys.FailureAsync(KeyWorld.Wrong(text)));
        }
    }
}
