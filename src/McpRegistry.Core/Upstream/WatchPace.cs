namespace McpRegistry.Upstream;

/// <summary>
/// The waits before a stream of changes is opened again. What follows each is a whole reading of the catalogue, so streams
/// without a life are paid for dearly: every wait is twice the one before, until a stream has lasted.
/// </summary>
internal sealed class WatchPace(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>How many sessions in a row are followed at once. What is read after each gap may itself lose the next one, as where a balancer spreads one session over servers.</summary>
    private const int MostFollowed = 4;

    private long _began = time.GetTimestamp();
    private int _ends;
    private int _followed;
    private bool _hasHurried;

    private bool HasLasted => time.GetElapsedTime(_began) > Longest;

    /// <summary>Notes that a stream is being opened.</summary>
    public void Begin() => _began = time.GetTimestamp();

    /// <summary>Tells whether the next one may be opened without a wait: once, and again after one has lasted.</summary>
    public bool TryHurry()
    {
        if (_hasHurried && !HasLasted)
        {
            return false;
        }

        _ends = 0;
        return _hasHurried = true;
    }

    /// <summary>Tells whether the stream of a session that has come in the place of another may be opened without a wait: a few times, and again after one has lasted.</summary>
    public bool TryFollow()
    {
        _followed = HasLasted ? 1 : _followed + 1;
        if (_followed > MostFollowed)
        {
            return false;
        }

        _ends = 0;
        return true;
    }

    public Task PauseAsync(CancellationToken cancellationToken)
    {
        _ends = HasLasted ? 1 : _ends + 1;
        return Task.Delay(BackOff.After(_ends, First, Longest), time, cancellationToken);
    }
}
