using McpRegistry.ApiKeys;

namespace McpRegistry.Watching;

/// <summary>An open stream, and what its caller was allowed when it was opened.</summary>
internal sealed class CallerStream : IDisposable
{
    /// <summary>Timers reach no further; whoever has a key or token for longer opens another stream long before.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    private readonly CallerStreams _streams;
    private readonly CancellationTokenSource _ending;

    public CallerStream(CallerStreams streams, Caller caller, TimeProvider time)
    {
        _streams = streams;
        Caller = caller;
        _ending = caller.EndsAt is { } expiry && expiry - time.GetUtcNow() is var left && left < LongestTimer
            ? new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time)
            : new CancellationTokenSource();
    }

    public Caller Caller { get; }

    /// <summary>Gets a token that is cancelled when the caller may not have the stream any more, or not as it is.</summary>
    public CancellationToken Ended => _ending.Token;

    /// <summary>Tells whether a change of a key or user touches this stream. An administrator who acts for another tenant is a user at home.</summary>
    public bool DependsOn(Guid subject) => Caller.KeyId == subject || Caller.Counted.UserId == subject;

    /// <summary>Tells whether the key of the caller gives what it gave when the stream was opened.</summary>
    /// <param name="current">The key as it is now; null when there is none.</param>
    /// <param name="now">The time.</param>
    public bool IsStill(RememberedKey? current, DateTimeOffset now) => current is not null
        && Caller.Key is { } key
        && current.IsUsable(now)
        && current.Grant.OwnerRole == Caller.Role
        && current.Key.Owner == key.Owner
        && current.Key.Scopes == key.Scopes
        && current.Key.ExpiresAt == key.ExpiresAt
        && current.Key.AllowedServers.AsSpan().SequenceEqual(key.AllowedServers.AsSpan())
        && current.Key.AllowedMethods.AsSpan().SequenceEqual(key.AllowedMethods.AsSpan())
        && current.Key.AllowedAddresses.AsSpan().SequenceEqual(key.AllowedAddresses.AsSpan());

    public async ValueTask EndAsync()
    {
        try
        {
            await _ending.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Its client has closed it meanwhile.
        }
    }

    public void Dispose()
    {
        _streams.Forget(this);
        _ending.Dispose();
    }
}
