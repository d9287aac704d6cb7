using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>
/// The questions of one session that name no call. They may be about the session itself, as those for the client's roots are: one that
/// comes while nobody can be asked waits for the next who can, and the end of the call that carries one does not settle it.
/// </summary>
/// <param name="profile">What the client of the session can answer.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionQuestions(ClientProfile profile, TimeProvider time)
{
    /// <summary>How long a question waits for somebody who can be asked.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>A server need not be told at once that it asks too much, but its questions must not fill the memory.</summary>
    private const int MaxWaiting = 16;

    private const int MaxWaitingBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];
    private readonly Dictionary<UpstreamQuestion, Asking> _open = [];

    /// <summary>How often somebody came who found a question not waiting that may have been with another just then.</summary>
    private long _arrivals;

    /// <summary>Has a question answered, now or later.</summary>
    /// <param name="question">The question.</param>
    /// <param name="calls">Gets who made the calls that run, the oldest first.</param>
    /// <param name="listener">Who hears what belongs to no call; null when nobody does.</param>
    /// <returns>False when nobody takes it, and nobody else may be meant by it.</returns>
    public bool TryAsk(UpstreamQuestion question, Func<IEnumerable<IUpstreamObserver>> calls, IUpstreamListener? listener)
    {
        lock (_lock)
        {
            foreach (var settled in _open.Keys.Where(static open => !open.IsOpen).ToArray())
            {
                _open.Remove(settled);
            }

            _open[question] = new Asking(time.GetTimestamp(), calls, listener);
        }

        // Looked at once: a call that begins meanwhile has refused nothing.
        var running = calls().ToArray();
        if (UnnamedQuestions.TryAsk(question, profile.IsShared, running, listener))
        {
            return true;
        }

        // A call that could have been meant has refused it, or there are several.
        if (running.Any(static call => call.MayBeMeant) || !TryKeep(question))
        {
            Forget(question);
            return false;
        }

        OfferToAll(calls, listener);
        return true;
    }

    /// <summary>Has a question answered by somebody else than who took it and gives it back, now or later.</summary>
    /// <returns>False when it has waited long enough, nobody else may be meant by it, or there is no room.</returns>
    public bool TryReturn(UpstreamQuestion question)
    {
        Asking? asking;
        lock (_lock)
        {
            if (!TryKeep(question) || !_open.TryGetValue(question, out asking))
            {
                return false;
            }
        }

        // They began while it was another's, and no other one may ever begin.
        OfferToAll(asking.Calls, asking.Listener);
        return true;
    }

    /// <summary>Puts what waits to a call that begins.</summary>
    public void Offer(IUpstreamObserver call) => Offer(question => question.TryPut(call), isArrival: true);

    /// <summary>Puts what waits to the client's own stream.</summary>
    public void Offer(IUpstreamListener listener)
    {
        if (!profile.IsShared)
        {
            Offer(listener.TryAsk, isArrival: true);
        }
    }

    /// <summary>Keeps a question that could not be put to its client for the next who can be asked.</summary>
    private bool TryKeep(UpstreamQuestion question)
    {
        lock (_lock)
        {
            // Where strangers share a session, none of them is asked what may be another's; and where clients of one do, only what is about the session.
            if (profile.IsForEveryone || (profile.IsShared && question.Method != McpMethod.RootsList) || !question.IsOpen || !profile.Answers(question.Method, question.Params) || !_open.TryGetValue(question, out var asking))
            {
                return false;
            }

            var left = LongestWait - time.GetElapsedTime(asking.Since);
            if (left <= TimeSpan.Zero || _waiting.Count >= MaxWaiting
                || _waiting.Sum(static waiting => (long)waiting.Question.Message.Json.Length) + question.Message.Json.Length > MaxWaitingBytes)
            {
                return false;
            }

            _waiting.Add(new Waiting(question, time.CreateTimer(Expire, question, left, Timeout.InfiniteTimeSpan)));
            return true;
        }
    }

    /// <summary>Drops a question that its server has taken back; whoever was asked it is told.</summary>
    public void Withdraw(UpstreamMessage cancellation)
    {
        var parameters = cancellation.Raw(cancellation.Params);
        var id = JsonMembers.Find(parameters, "requestId"u8).Of(parameters).ToArray();
        TakeBack(question => question.Id.SequenceEqual(id));
    }

    /// <summary>Drops all: the session is gone, and with it whoever waits for the answers.</summary>
    public void Clear() => TakeBack(static _ => true);

    /// <summary>Who came while a question was being kept has not seen it.</summary>
    private void OfferToAll(Func<IEnumerable<IUpstreamObserver>> calls, IUpstreamListener? listener)
    {
        foreach (var call in calls())
        {
            Offer(question => question.TryPut(call));
        }

        if (listener is not null && !profile.IsShared)
        {
            Offer(question => question.TryPut(listener));
        }
    }

    private void TakeBack(Func<UpstreamQuestion, bool> isMeant)
    {
        UpstreamQuestion[] taken;
        lock (_lock)
        {
            taken = [.. _open.Keys.Where(isMeant)];
        }

        foreach (var question in taken)
        {
            Take(question, out _);
            Forget(question);
            question.TakeBack();
        }
    }

    /// <summary>Puts what waits to somebody. A question is away meanwhile: who comes then, or wants it then, is asked afterwards if it was refused.</summary>
    private void Offer(Func<UpstreamQuestion, bool> tryAsk, bool isArrival = false)
    {
        Waiting[] waiting;
        lock (_lock)
        {
            _arrivals += isArrival ? 1 : 0;
            waiting = [.. _waiting];
        }

        foreach (var (question, _) in waiting)
        {
            if (!Take(question, out var arrivals) || tryAsk(question))
            {
                continue;
            }

            if (!TryKeep(question))
            {
                _ = question.WithdrawAsync().AsTask();
            }
            else if (WhoMissed(question, arrivals) is { } asking)
            {
                OfferToAll(asking.Calls, asking.Listener);
            }
        }
    }

    /// <summary>Finds whom to ask again; null when nobody came while a question was away.</summary>
    private Asking? WhoMissed(UpstreamQuestion question, long arrivals)
    {
        lock (_lock)
        {
            return _arrivals == arrivals ? null : _open.GetValueOrDefault(question);
        }
    }

    private void Expire(object? question)
    {
        if (Take((UpstreamQuestion)question!, out _))
        {
            _ = ((UpstreamQuestion)question!).WithdrawAsync().AsTask();
        }
    }

    /// <summary>Takes a question out of those that wait; false when somebody else has it.</summary>
    /// <param name="question">The question.</param>
    /// <param name="arrivals">Takes how many have come by then.</param>
    private bool Take(UpstreamQuestion question, out long arrivals)
    {
        lock (_lock)
        {
            var index = _waiting.FindIndex(waiting => waiting.Question == question);
            if (index < 0)
            {
                arrivals = ++_arrivals;
                return false;
            }

            arrivals = _arrivals;

            _waiting[index].Expiry.Dispose();
            _waiting.RemoveAt(index);
            return true;
        }
    }

    private void Forget(UpstreamQuestion question)
    {
        lock (_lock)
        {
            _open.Remove(question);
        }
    }

    private sealed record Waiting(UpstreamQuestion Question, ITimer Expiry);

    /// <summary>A question that is open.</summary>
    /// <param name="Since">When it came.</param>
    /// <param name="Calls">Gets who made the calls that run, the oldest first.</param>
    /// <param name="Listener">Who hears what belongs to no call; null when nobody does.</param>
    private sealed record Asking(long Since, Func<IEnumerable<IUpstreamObserver>> Calls, IUpstreamListener? Listener);
}
