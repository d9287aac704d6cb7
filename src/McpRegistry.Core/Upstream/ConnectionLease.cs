using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Servers;

namespace McpRegistry.Upstream;

/// <summary>A connection on loan. Dispose returns it.</summary>
internal abstract class ConnectionLease(UpstreamConnection connection) : IDisposable
{
    private EndpointLoad? _load;
    private string? _caller;
    private TimeSpan? _sentAt;
    private long _probe;

    public UpstreamConnection Connection => connection;

    /// <summary>Gets the endpoint that the connection leads to; null where that is not known.</summary>
    public Guid? EndpointId { get; private set; }

    /// <summary>Has the lease tell an endpoint of its exchanges, and of its end. The endpoint knows already that it began.</summary>
    /// <param name="load">What is known of the endpoint.</param>
    /// <param name="probe">The probe that the call is to the endpoint's circuit breaker; 0 for none.</param>
    /// <param name="caller">The principal whose exchanges they are.</param>
    public void Occupy(EndpointLoad load, long probe, string caller) => (_load, _probe, _caller, EndpointId) = (load, probe, caller, load.Endpoint.Id);

    /// <summary>Notes that a request is about to be sent.</summary>
    public void Sending() => _sentAt = _load?.Now;

    /// <summary>Notes the end of the request that was sent last.</summary>
    /// <param name="reply">What came of it.</param>
    /// <param name="wasAsked">Whether the client was asked something meanwhile, so that the time says nothing about the endpoint.</param>
    public void Answered(in UpstreamReply reply, bool wasAsked = false)
    {
        if (_load is not { } load || _sentAt is not { } sentAt)
        {
            return;
        }

        _sentAt = null;
        var verdict = IsKnownCrash(load, reply) ? CircuitVerdict.None : load.Breaker.Faults.Judge(reply);
        if (verdict == CircuitVerdict.None)
        {
            load.NoteUnjudged();
        }
        else if (EndpointFaults.Refuses(reply.Fault))
        {
            // Who refuses at once is neither fast nor well.
            load.NoteRefused(reply.Fault.MayPass, _caller);
        }
        else
        {
            var isBlamed = EndpointFaults.Blames(reply);
            load.Note(isBlamed, wasAsked || !(reply.Answered || isBlamed) ? null : load.Now - sentAt, _caller);
        }

        if (EndpointFaults.HoldBackOf(reply.Fault) is { } wait)
        {
            load.NoteHoldBack(wait);
        }

        TellBreaker(load, verdict);
    }

    /// <summary>Notes that the request that was sent last got no answer in its time.</summary>
    public void TimedOut()
    {
        if (_load is { } load && _sentAt is { } sentAt)
        {
            _sentAt = null;
            load.Note(failed: true, load.Now - sentAt);
            TellBreaker(load, CircuitVerdict.Timeout);
        }

        connection.NoteTimeout();
    }

    /// <summary>Listens to what comes unasked on this connection, for as long as the lease lasts at most; dispose ends it.</summary>
    public abstract IDisposable Listen(IUpstreamListener listener);

    /// <summary>Tells the owner that a call on this connection failed, so that it can check on the server.</summary>
    /// <returns>The fault to answer with: another one where the client loses more by it than this call, and is to know.</returns>
    public abstract UpstreamFault Report(UpstreamFault fault);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _load, null) is { } load)
        {
            if (_sentAt is { } sentAt)
            {
                load.NoteAbandoned(load.Now - sentAt);
            }

            if (_probe != 0)
            {
                TellBreaker(load, CircuitVerdict.None);
            }

            load.End();
        }

        Return();
    }

    /// <summary>Gets what ends with a process: all calls of a shared one, and those of one caller where each has his own.</summary>
    protected virtual object CrashesWith => connection;

    /// <summary>
    /// A process that dies takes all its calls with it, and one caller can kill each of his own; its successor is there at once. That is one failure and
    /// not one for each call.
    /// </summary>
    private bool IsKnownCrash(EndpointLoad load, in UpstreamReply reply) =>
        reply.Fault is { Reason: FaultReasons.ProcessExited } && load.Endpoint.Transport == TransportKind.Stdio && !load.IsNewCrash(CrashesWith);

    private void TellBreaker(EndpointLoad load, CircuitVerdict verdict)
    {
        load.Breaker.Note(_probe, verdict);
        _probe = 0;
    }

    /// <summary>Returns the connection; may be called again.</summary>
    protected abstract void Return();
}
