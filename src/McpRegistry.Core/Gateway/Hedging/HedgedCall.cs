using McpRegistry.Resilience;
using McpRegistry.Snapshots;
using Polly;

namespace McpRegistry.Gateway.Hedging;

/// <summary>
/// A call that is sent to another endpoint when the first one is silent. The first good answer wins, as does the first attempt of which the client hears anything; the
/// others are cancelled, and their end counts neither for nor against their endpoints.
/// </summary>
/// <param name="policy">Decides when and how often.</param>
/// <param name="call">The call.</param>
/// <param name="server">Its server.</param>
/// <param name="delay">How long to wait for an answer before another endpoint is asked.</param>
/// <param name="before">How often the call was sent before.</param>
/// <param name="send">Sends it once.</param>
internal sealed class HedgedCall(
    HedgePolicy policy, GatewayCall call, ServerEntry server, TimeSpan delay, int before, Func<HedgedAttempt, ValueTask<RelayOutcome>> send)
{
    private readonly Lock _lock = new();
    private readonly List<HedgedAttempt> _attempts = [];
    private HedgedAttempt? _winner;
    private RelayObserver? _observer;
    private CallDeadline? _deadline;
    private int _ended;
    private int _seen;

    public TimeSpan Delay => delay;

    /// <summary>Gets how often the call was sent.</summary>
    public int Sent => _attempts.Count;

    /// <summary>Sends the call, and again while nobody answers.</summary>
    /// <param name="observer">Passes on what is said; afterwards it knows what the client has heard.</param>
    /// <param name="deadline">The time of the call.</param>
    public async ValueTask<RelayOutcome> RunAsync(RelayObserver observer, CallDeadline deadline)
    {
        (_observer, _deadline) = (observer, deadline);
        var context = HedgePolicy.ContextOf(this, deadline.Token);
        try
        {
            var first = await policy.Pipeline.ExecuteAsync(
                static async (context, self) => (await self.Start(context.CancellationToken).Running.ConfigureAwait(false)).Result, context, this).ConfigureAwait(false);
            return Decide(first);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
            await EndAsync(observer).ConfigureAwait(false);
        }
    }

    /// <summary>Gets the next attempt; null for none now. An attempt that has just failed is no reason for one: retries have their own rules.</summary>
    public Func<ValueTask<Outcome<RelayOutcome>>>? Next(ResilienceContext context)
    {
        lock (_lock)
        {
            var hasEnded = _seen != _ended;
            _seen = _ended;
            if (hasEnded || _winner is not null || _ended == _attempts.Count || _attempts.Exists(static attempt => attempt.Endpoint is null))
            {
                return null;
            }
        }

        Avoid();
        return policy.MayHedge(call, server, before + _attempts.Count) ? () => new(Start(context.CancellationToken).Running) : null;
    }

    /// <summary>Takes an endpoint for an attempt, unless another one has it.</summary>
    public bool TryTake(HedgedAttempt attempt, Guid endpoint)
    {
        lock (_lock)
        {
            if (_attempts.Exists(other => other.Endpoint == endpoint))
            {
                return false;
            }

            attempt.Endpoint = endpoint;
            return true;
        }
    }

    /// <summary>Lets an attempt win, if none has.</summary>
    public bool TryWin(HedgedAttempt attempt)
    {
        HedgedAttempt[] others;
        lock (_lock)
        {
            if (_winner is not null)
            {
                return ReferenceEquals(_winner, attempt);
            }

            _winner = attempt;
            others = [.. _attempts.Where(other => other != attempt)];
            Array.ForEach(others, static other => other.Lose());
        }

        Array.ForEach(others, static other => other.Cancel());
        return true;
    }

    private HedgedAttempt Start(CancellationToken cancellationToken)
    {
        var attempt = new HedgedAttempt(this, _deadline!, _observer!, cancellationToken);
        lock (_lock)
        {
            _attempts.Add(attempt);
            if (_winner is not null)
            {
                attempt.Lose();
            }
        }

        attempt.Running = RunAsync(attempt);
        return attempt;
    }

    private async Task<Outcome<RelayOutcome>> RunAsync(HedgedAttempt attempt)
    {
        try
        {
            attempt.Outcome = attempt.HasLost ? RelayOutcome.Lost : await send(attempt).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (attempt.HasLost)
        {
            attempt.Outcome = RelayOutcome.Lost;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // It ends the call, so what becomes of the others says nothing about their endpoints.
            TryWin(attempt);
            throw;
        }
        finally
        {
            lock (_lock)
            {
                _ended++;
            }
        }

        return Outcome.FromResult(attempt.Outcome);
    }

    /// <summary>Has the next attempt go elsewhere.</summary>
    private void Avoid()
    {
        lock (_lock)
        {
            // It is asked for the next attempt again and again, and those that run look whether there are others than theirs: the list that they see must not change.
            var known = call.Failed ?? [];
            Guid[] more = [.. _attempts.Select(static attempt => attempt.Endpoint).OfType<Guid>().Except(known)];
            call.Failed = more.Length == 0 ? known : [.. known, .. more];
        }
    }

    /// <summary>An answer by which its endpoint is to blame is better than none.</summary>
    private RelayOutcome Decide(RelayOutcome first)
    {
        var decisive = _winner ?? _attempts.Find(static attempt => attempt.Running.IsCompletedSuccessfully && attempt.Outcome is { Fault: null, IsLost: false }) ?? _attempts[0];
        call.TargetEndpoint = decisive.Endpoint ?? default;
        Avoid();
        return decisive.Running.IsCompletedSuccessfully ? decisive.Outcome : first;
    }

    /// <summary>Waits for those that have lost: they read the client's message until they are cancelled.</summary>
    private async ValueTask EndAsync(RelayObserver observer)
    {
        foreach (var attempt in _attempts)
        {
            await attempt.EndAsync().ConfigureAwait(false);
            observer.Merge(attempt.Observer);
            attempt.Dispose();
        }

        if (_attempts.Find(static attempt => attempt.Running.IsFaulted) is { } broken)
        {
            await broken.Running.ConfigureAwait(false);
        }
    }
}
