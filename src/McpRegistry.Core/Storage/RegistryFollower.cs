using Microsoft.Extensions.Logging;

namespace McpRegistry.Storage;

/// <summary>
/// Reads the change feed for as long as the host runs and hands each change to the domains. Nothing that fails here stops
/// the host: it goes on with what it knows, tries again, and shows in <see cref="State"/> that it does.
/// </summary>
internal sealed class RegistryFollower(
    IRegistryChangeFeed feed,
    IRevisionStore revisions,
    IEnumerable<IChangeHandler> handlers,
    TimeProvider time,
    ILogger<RegistryFollower> logger) : IAsyncDisposable
{
    // A change that fails while the store answers is a fault of ours; it must not hold up revocations behind it for ever.
    private const int MaxAttempts = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly IChangeHandler[] _handlers = [.. handlers.OrderBy(static handler => handler.Precedence)];
    private readonly Func<double> _jitter = Random.Shared.NextDouble;
    private readonly CancellationTokenSource _stopping = new();
    private volatile FollowerState _state = new(Connected: false, 0, TimeSpan.Zero, time.GetUtcNow(), null);
    private Task _running = Task.CompletedTask;
    private (long Revision, int Attempts) _failing;
    private int _stopped;

    public FollowerState State => _state;

    /// <summary>Says which revision the host was loaded at: one that was read before the load began.</summary>
    public void LoadedAt(long revision) => _state = _state with { Revision = revision };

    public void Start() => _running = Task.Run(RunAsync);

    public async Task StopAsync()
    {
        // The host stops it, and its container disposes it, in either order and perhaps twice.
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
        }

        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var cancellation = _stopping.Token;
        for (var failures = 0; !cancellation.IsCancellationRequested; failures++)
        {
            var started = time.GetTimestamp();
            try
            {
                await FollowAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                failures = time.GetElapsedTime(started) > LongestDelay ? 0 : failures;
                var delay = TimeSpan.FromTicks((long)Math.Min(FirstDelay.Ticks * Math.Pow(2, failures), LongestDelay.Ticks)) * (1 - (_jitter() / 2));
                SetConnected(exception);
                logger.Interrupted(exception, _state.Revision, delay);
                await Task.Delay(delay, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        // The feed stays silent until something is written; this read shows that the store answers.
        await revisions.GetAsync(cancellationToken).ConfigureAwait(false);
        SetConnected(null);
        logger.Following(_state.Revision);
        await foreach (var change in feed.WatchAsync(_state.Revision, cancellationToken).ConfigureAwait(false))
        {
            await ApplyOrLeaveOutAsync(change, cancellationToken).ConfigureAwait(false);
            _state = _state with { Revision = change.Revision, Lag = time.GetUtcNow() - change.OccurredAt };
        }

        throw new InvalidOperationException("The change feed ended, which it never does by itself.");
    }

    private async Task ApplyOrLeaveOutAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(change, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsHopeless(change))
        {
            logger.LeftOut(exception, change.Kind, change.Id, change.Revision, MaxAttempts);
        }
    }

    private async Task ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        var reset = change.Kind == RegistryChangeKind.Reset;
        if (reset)
        {
            logger.Reloading(change.Revision);
        }

        foreach (var handler in _handlers)
        {
            if (reset)
            {
                await handler.ReloadAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await handler.ApplyAsync(change, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool IsHopeless(RegistryChange change)
    {
        _failing = _failing.Revision == change.Revision ? (change.Revision, _failing.Attempts + 1) : (change.Revision, 1);

        // A reload that fails is tried for ever: there is no later change that would make up for it.
        return change.Kind != RegistryChangeKind.Reset && _failing.Attempts >= MaxAttempts;
    }

    private void SetConnected(Exception? fault)
    {
        var state = _state;
        _state = state with
        {
            Connected = fault is null,
            Fault = fault,
            Since = state.Connected == (fault is null) ? state.Since : time.GetUtcNow(),
        };
    }
}
