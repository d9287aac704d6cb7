using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Decides which endpoint of a server is asked.</summary>
internal sealed class EndpointChoice(RegisteredServer server, SupervisedEndpoint[] endpoints, ServerBalancer balancer, EndpointChanges changes, TimeProvider time)
{
    /// <summary>
    /// Says that the endpoint is not registered any more, or speaks the other era by now, so that what was begun there is lost. It counts against nobody; those who
    /// asked say what it means to their clients.
    /// </summary>
    public static readonly UpstreamFault Gone = new(FaultReasons.Disabled, "The endpoint is not registered any more.");

    private readonly CallableEndpoints _callable = new(endpoints);
    private volatile ServerBalancer _balancer = balancer;
    private volatile KnownSpread? _known;

    /// <summary>Where sessions are being opened that their pools do not know yet, so that two calls of one session cannot open two.</summary>
    private readonly Dictionary<SessionKey, SupervisedEndpoint> _placing = [];

    /// <summary>Has calls spread by another balancer from now on.</summary>
    public void SpreadBy(ServerBalancer another)
    {
        _balancer = another;
        changes.Add();
    }

    /// <inheritdoc cref="CallableEndpoints.FirstBut"/>
    public SupervisedEndpoint FirstBut(SupervisedEndpoint? except) => _callable.FirstBut(except);

    public SessionKey KeyOf(ISessionOwner owner) =>
        new(owner.Principal, owner.Profile.Fingerprint, server.Isolation == SessionIsolation.PerSession ? owner.SessionId : null);

    /// <summary>Takes back that a session is about to be opened: its pool knows it, or it could not be opened.</summary>
    public void Placed(SessionKey key)
    {
        lock (_placing)
        {
            _placing.Remove(key);
        }
    }

    /// <summary>Tells whether there is an endpoint that an owner does not avoid, and that may be chosen for it. One whose session is open goes back to that.</summary>
    public bool HasOther(ISessionOwner owner) =>
        owner.Endpoint is null && !(HasSessions && OpenAt(KeyOf(owner)) is not null) && _callable.CanTake(owner);

    /// <summary>Tells whether an owner that one endpoint has could go to another one in its place. One whose session is open is led back to that.</summary>
    /// <param name="endpointId">The one that has it.</param>
    /// <param name="owner">Whose call it is.</param>
    public bool CanLeave(Guid endpointId, ISessionOwner owner) =>
        HasSessions && OpenAt(KeyOf(owner)) is { } open ? open.Endpoint.Id != endpointId : HasOtherThan(endpointId, owner);

    /// <summary>Tells whether an owner that waits for one endpoint, also for its session there, could go to another one in its place, which it does not avoid.</summary>
    /// <param name="endpointId">The one that it waits for.</param>
    /// <param name="owner">Whose call it is.</param>
    public bool HasOtherThan(Guid endpointId, ISessionOwner owner) => endpoints.Length > 1 && owner.Endpoint is null && _callable.CanTake(owner, but: endpointId);

    /// <summary>An owner goes where its session is, then where a rule wants it, then where the policy of the server says.</summary>
    /// <returns>Null where what the owner goes on with is <see cref="Gone"/>.</returns>
    public EndpointEntry? For(ISessionOwner owner)
    {
        if (owner.IsBound)
        {
            // One that is away is waited for: it may come back, and nothing else has what was begun there.
            return _callable.Find(owner.Endpoint ?? default) is { Connection: null or { Handshake.Era: ProtocolEra.Modern } } bound ? Enter(owner, bound) : null;
        }

        if (endpoints.Length == 1)
        {
            return Enter(owner, endpoints[0]);
        }

        if (owner.Endpoint is { } wanted && _callable.Find(wanted) is { Connection.Handshake.Era: ProtocolEra.Modern } named)
        {
            // Whatever session is open elsewhere, as while a server changes its era endpoint by endpoint: what it goes on with is there.
            return Enter(owner, named) with { IgnoresSessions = true };
        }

        if (server.Isolation == SessionIsolation.Shared)
        {
            return ChooseNew(owner, owner.IsBalanced);
        }

        var known = Known;
        if (!known.HasSessions)
        {
            return (known.IsConnected ? ChooseNew(owner, owner.IsBalanced) : ChooseAway(owner)) with { IgnoresSessions = true };
        }

        var key = KeyOf(owner);
        if (!owner.Listens && TakeLoss(key))
        {
            return Lost;
        }

        var entry = ForSession(owner, key);
        if (entry.IsLost)
        {
            // Outside of the lock: what runs in the sessions of clients ends with them, which runs code of others.
            foreach (var endpoint in endpoints)
            {
                endpoint.Sessions.TellLosers();
            }
        }

        return entry;
    }

    private EndpointEntry Lost => new(endpoints[0], IsOpen: true, Probe: 0) { IsLost = true };

    private EndpointEntry ForSession(ISessionOwner owner, SessionKey key)
    {
        lock (_placing)
        {
            if (OpenAt(key) is { } open)
            {
                return Enter(owner, open);
            }

            if (_placing.TryGetValue(key, out var known) && known.Connection is not null)
            {
                return Enter(owner, known);
            }

            // Where its endpoint is away, the session is lost with all that listens to it, or there would be two when that comes back.
            var isLost = false;
            foreach (var endpoint in endpoints)
            {
                isLost |= endpoint.Sessions.Abandon(key, isTold: !owner.Listens);
            }

            if (isLost)
            {
                return Lost;
            }

            // A session is spread whatever opens it: all that follows goes there.
            var entry = ChooseNew(owner, isBalanced: true);
            _placing[key] = entry.Endpoint;
            return entry with { Placed = key };
        }
    }

    /// <summary>Tells whether a loss was found by something else than a call, wherever the owner's session has been.</summary>
    private bool TakeLoss(SessionKey key)
    {
        var isLost = false;
        foreach (var endpoint in endpoints)
        {
            isLost |= endpoint.Sessions.TakeLoss(key);
        }

        return isLost;
    }

    /// <summary>What only listens takes part in nothing that a call does, and is no sign of life.</summary>
    private static EndpointEntry Enter(ISessionOwner owner, SupervisedEndpoint endpoint) =>
        owner.Listens ? new EndpointEntry(endpoint, IsOpen: true, Probe: 0) : EndpointEntry.Of(endpoint);

    /// <summary>Tells where a call would go that goes on with no session.</summary>
    public ExplainedSpread Explain(ISessionOwner owner)
    {
        var named = owner.Endpoint is { } wanted ? _callable.Find(wanted) : null;
        var only = endpoints.Length == 1 ? endpoints[0] : named ?? (owner.IsBalanced ? null : _callable.First());
        var explained = Array.ConvertAll(endpoints, endpoint => new ExplainedEndpoint(
            endpoint.Load,
            endpoint.Connection is null ? EndpointState.NotConnected
                : only is null ? endpoint.Endpoint.Weight > 0 ? EndpointState.OtherEra : EndpointState.NoWeight
                : endpoint == only ? EndpointState.Candidate
                : named is null ? EndpointState.NotFirst : EndpointState.NotNamed));
        var buffer = default(EndpointBuffer);
        var candidates = only is null ? _callable.Candidates(buffer) : [];
        var lone = only ?? (candidates.IsEmpty ? _callable.First() : null);
        var chosen = lone?.Endpoint.Id ?? Spread(candidates, owner, explained);
        foreach (ref var endpoint in explained.AsSpan())
        {
            // The last thing that a call meets, wherever it was led.
            if (endpoint.State == EndpointState.Candidate && !endpoint.Load.Breaker.Admits)
            {
                endpoint = endpoint with { State = EndpointState.CircuitOpen };
                chosen = chosen == endpoint.Load.Endpoint.Id ? null : chosen;
            }
        }

        var isRefused = lone is null ? !_callable.CanTake(owner) : !lone.Load.Breaker.Admits;
        return new ExplainedSpread(_balancer.PolicyOf(owner), explained, isRefused ? null : chosen)
        {
            Refused = isRefused ? BreakerFault.Of(lone ?? _callable.First(), endpoints) : null,
        };
    }

    private Guid? Spread(ReadOnlySpan<IEndpointLoad> candidates, ISessionOwner owner, ExplainedEndpoint[] explained)
    {
        Span<EndpointState> states = stackalloc EndpointState[EndpointBuffer.Capacity];
        var chosen = _balancer.Explain(candidates, owner, states);
        for (var i = 0; i < candidates.Length; i++)
        {
            explained[candidates[i].Ordinal] = new ExplainedEndpoint((EndpointLoad)candidates[i], states[i]);
        }

        return chosen?.Endpoint.Id;
    }

    /// <summary>
    /// While no endpoint is connected, an owner waits for the one that has its session, and once that did not come back, for another one: the session is given up where
    /// that is there first.
    /// </summary>
    private EndpointEntry ChooseAway(ISessionOwner owner)
    {
        var key = KeyOf(owner);
        var awaited = Array.Find(endpoints, endpoint => !owner.Avoids(endpoint.Endpoint.Id) && endpoint.Sessions.IsOpen(key))
            ?? (owner is { HasFailed: true, Endpoint: null }
                ? Array.Find(endpoints, endpoint => !owner.Avoids(endpoint.Endpoint.Id) && endpoint is { Endpoint.Weight: > 0, Load.Breaker.Admits: true })
                : null);
        return awaited is null ? ChooseNew(owner, owner.IsBalanced) : Enter(owner, awaited);
    }

    private EndpointEntry ChooseNew(ISessionOwner owner, bool isBalanced)
    {
        if (owner.Endpoint is { } wanted && _callable.Find(wanted) is { } found)
        {
            return Enter(owner, found);
        }

        var chosen = Enter(owner, isBalanced ? Pick(owner) : _callable.Other(owner) ?? _callable.First());
        if (chosen.IsOpen)
        {
            return chosen;
        }

        // Another call took the probe that this one was chosen for, or nothing lets calls through.
        return _callable.TryEnter(owner, out var entry) ? entry : chosen;
    }

    /// <summary>Gets a value that tells whether calls are led by sessions that are open.</summary>
    private bool HasSessions => server.Isolation != SessionIsolation.Shared && Known.HasSessions;

    /// <summary>Finds the connected endpoint at which a session is open; null when there is none.</summary>
    private SupervisedEndpoint? OpenAt(SessionKey key)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Connection is not null && endpoint.Sessions.IsOpen(key))
            {
                return endpoint;
            }
        }

        return null;
    }

    /// <summary>Tells whether an endpoint wants to be left alone, or without one all of those that calls are spread over do.</summary>
    public bool IsHeldBack(Guid? endpointId)
    {
        if (endpointId is { } id)
        {
            return _callable.Find(id) is { Connection: not null, Load.IsHeldBack: true };
        }

        var isAny = false;
        foreach (var candidate in Known.Candidates.Candidates)
        {
            if (!((EndpointLoad)candidate).IsHeldBack)
            {
                return false;
            }

            isAny = true;
        }

        return isAny;
    }

    private KnownSpread Known => _known is { } known && known.Candidates.Holds(changes, time) ? known : _known = Look();

    private KnownSpread Look()
    {
        // Before the endpoints: what changes while they are looked at makes this old.
        var version = changes.Count;
        var until = long.MaxValue;
        var (isConnected, hasSessions) = (false, false);
        foreach (var endpoint in endpoints)
        {
            // Which is the first of them, and with it the era, is a matter of all breakers.
            until = Math.Min(until, endpoint.Load.Breaker.HoldsUntil);
            var connection = endpoint.Connection;
            isConnected |= connection is not null;
            hasSessions |= connection is { Handshake.Era: ProtocolEra.Legacy };
        }

        var buffer = default(EndpointBuffer);
        return new KnownSpread(_balancer.SetOf(_callable.Candidates(buffer), version, until), isConnected, hasSessions);
    }

    private SupervisedEndpoint Pick(ISessionOwner owner)
    {
        if (!owner.HasFailed)
        {
            var known = Known.Candidates;
            return known.Candidates.IsEmpty ? _callable.First() : endpoints[_balancer.Pick(known, owner).Ordinal];
        }

        var buffer = default(EndpointBuffer);
        var candidates = _callable.Candidates(buffer, owner);
        candidates = candidates.IsEmpty ? _callable.Candidates(buffer) : candidates;
        return candidates.IsEmpty ? _callable.First() : endpoints[_balancer.Pick(candidates, owner).Ordinal];
    }

    /// <param name="Candidates">What calls are spread over.</param>
    /// <param name="IsConnected">Whether an endpoint is connected.</param>
    /// <param name="HasSessions">Whether one speaks the era of sessions.</param>
    private sealed record KnownSpread(CandidateSet Candidates, bool IsConnected, bool HasSessions);
}
