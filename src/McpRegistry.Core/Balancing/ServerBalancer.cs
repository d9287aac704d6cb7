using System.Collections.Concurrent;
using System.Numerics;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Balancing;

/// <summary>Chooses the endpoint of a server for each call: among those that are admitted, willing, near and warm, by the policy.</summary>
internal sealed class ServerBalancer
{
    private readonly ConcurrentDictionary<string, ILoadBalancer> _byPolicy = new(StringComparer.Ordinal);
    private readonly BalancingContext _context;
    private readonly RegisteredServer _server;
    private readonly string _policy;
    private readonly BalancingKey _key;
    private readonly string? _zone;
    private readonly double _zoneWeight;

    public ServerBalancer(BalancingContext context, RegisteredServer server)
    {
        _context = context;
        _server = server;
        var own = context.Servers.Find(server);
        _policy = own?.Policy ?? context.Options.Policy;
        _key = own?.Key ?? context.Options.Key;
        _zone = context.Options.Zone;
        _zoneWeight = context.Options.MinZoneWeight * server.Endpoints.Sum(endpoint => IsNear(endpoint) ? endpoint.Weight : 0);
    }

    /// <summary>Finds out what calls are spread over until something changes.</summary>
    /// <param name="endpoints">Those that are connected and take calls, at most <see cref="EndpointBuffer.Capacity"/>.</param>
    /// <param name="version">How many changes there were before they were looked at.</param>
    /// <param name="until">The timestamp at which time alone changes which ones they are; the greatest one where it does not.</param>
    public CandidateSet SetOf(ReadOnlySpan<IEndpointLoad> endpoints, long version, long until = long.MaxValue)
    {
        foreach (var endpoint in endpoints)
        {
            until = Math.Min(until, Math.Min(((EndpointLoad)endpoint).SteadyUntil, ((EndpointLoad)endpoint).HeldBackUntil));
            foreach (var gate in _context.Gates)
            {
                until = Math.Min(until, gate.HoldsUntil(endpoint));
            }
        }

        var mask = endpoints.IsEmpty ? 0 : All(endpoints);
        mask = Either(Admitted(endpoints, mask), mask);
        mask = Either(Willing(endpoints, mask), mask);
        mask = Either(Near(endpoints, mask), mask);
        var candidates = new IEndpointLoad[BitOperations.PopCount(mask)];
        Take(endpoints, mask, candidates);
        return new CandidateSet(candidates, IsLevel(candidates), version, until);
    }

    /// <summary>Chooses among what was found out.</summary>
    /// <param name="set">At least one candidate.</param>
    /// <param name="owner">Whose call it is.</param>
    public IEndpointLoad Pick(CandidateSet set, ISessionOwner owner)
    {
        var candidates = set.Candidates;
        if (candidates.Length == 1)
        {
            return candidates[0];
        }

        var balancer = Of(PolicyOf(owner));
        var call = CallOf(balancer, owner);
        return !set.IsLevel ? PickWarm(candidates, All(candidates), balancer, call)
            : candidates[balancer is ISetBalancer known ? known.Pick(set, call) : balancer.Pick(candidates, call)];
    }

    /// <summary>Chooses among endpoints.</summary>
    /// <param name="endpoints">Those that are connected and take calls, at least one and at most <see cref="EndpointBuffer.Capacity"/>.</param>
    /// <param name="owner">Whose call it is.</param>
    public IEndpointLoad Pick(ReadOnlySpan<IEndpointLoad> endpoints, ISessionOwner owner)
    {
        if (endpoints.Length == 1)
        {
            return endpoints[0];
        }

        var balancer = Of(PolicyOf(owner));
        var mask = All(endpoints);
        mask = Either(Admitted(endpoints, mask), mask);
        mask = Either(Willing(endpoints, mask), mask);
        mask = Either(Near(endpoints, mask), mask);
        return PickWarm(endpoints, mask, balancer, CallOf(balancer, owner));
    }

    /// <summary>Tells what would be chosen among, without using up anybody's turn.</summary>
    /// <param name="endpoints">As for a pick.</param>
    /// <param name="owner">Whose call it is.</param>
    /// <param name="states">Takes the state of each endpoint.</param>
    /// <returns>The one that would be chosen; null where that is a matter of turns, chance or load.</returns>
    public IEndpointLoad? Explain(ReadOnlySpan<IEndpointLoad> endpoints, ISessionOwner owner, Span<EndpointState> states)
    {
        var all = All(endpoints);
        var admitted = endpoints.Length == 1 ? all : Either(Admitted(endpoints, all), all);
        var willing = endpoints.Length == 1 ? all : Either(Willing(endpoints, admitted), admitted);
        var near = endpoints.Length == 1 ? all : Either(Near(endpoints, willing), willing);
        for (var i = 0; i < endpoints.Length; i++)
        {
            var endpoint = endpoints[i];
            states[i] = (near >> i & 1) != 0 ? EndpointState.Candidate
                : (willing >> i & 1) != 0 ? EndpointState.OtherZone
                : (admitted >> i & 1) != 0 ? EndpointState.Refusing
                : Array.Find(_context.Gates, gate => !gate.Admits(endpoint))?.KeptOutAs ?? EndpointState.Candidate;
        }

        // Of the built-in policies only this one looks at nothing but the call, and changes nothing.
        return BitOperations.IsPow2(near) ? endpoints[BitOperations.TrailingZeroCount(near)]
            : Of(PolicyOf(owner)) is ConsistentHashBalancer ? Pick(endpoints, owner)
            : null;
    }

    /// <summary>Returns the policy for a call.</summary>
    public string PolicyOf(ISessionOwner owner) => owner.BalancingPolicy ?? _policy;

    private static ulong All(ReadOnlySpan<IEndpointLoad> endpoints) => ulong.MaxValue >> (EndpointBuffer.Capacity - endpoints.Length);

    private static ulong Either(ulong narrowed, ulong mask) => narrowed == 0 ? mask : narrowed;

    private static int Take(ReadOnlySpan<IEndpointLoad> endpoints, ulong mask, Span<IEndpointLoad> taken)
    {
        var count = 0;
        for (; mask != 0; mask &= mask - 1)
        {
            taken[count++] = endpoints[BitOperations.TrailingZeroCount(mask)];
        }

        return count;
    }

    /// <summary>Tells whether no endpoint has less of its share than another one, and none has more of it by and by.</summary>
    private static bool IsLevel(ReadOnlySpan<IEndpointLoad> endpoints)
    {
        foreach (EndpointLoad endpoint in endpoints)
        {
            if (endpoint.SteadyUntil != long.MaxValue || endpoint.Warmth != ((EndpointLoad)endpoints[0]).Warmth)
            {
                return false;
            }
        }

        return true;
    }

    private LoadBalancingCall CallOf(ILoadBalancer balancer, ISessionOwner owner) => new(balancer.UsesKeys ? owner.HashOf(_key) : 0);

    private static IEndpointLoad PickWarm(ReadOnlySpan<IEndpointLoad> endpoints, ulong mask, ILoadBalancer balancer, LoadBalancingCall call)
    {
        mask = Either(Warm(endpoints, mask, balancer.UsesKeys, call.Key), mask);
        var buffer = default(EndpointBuffer);
        Span<IEndpointLoad> candidates = buffer;
        var count = Take(endpoints, mask, candidates);
        return candidates[count == 1 ? 0 : balancer.Pick(candidates[..count], call)];
    }

    private ILoadBalancer Of(string policy) => _byPolicy.GetOrAdd(policy, static (name, self) => self.Create(name), this);

    private ILoadBalancer Create(string policy) =>
        (_context.Policies.Find(policy) ?? _context.Policies.Find(_policy)!)
        .Create(_server, StableHash.Combine(_context.Seed, StableHash.Of(_server.Id)));

    private ulong Admitted(ReadOnlySpan<IEndpointLoad> endpoints, ulong mask)
    {
        foreach (var gate in _context.Gates)
        {
            for (var i = 0; i < endpoints.Length; i++)
            {
                mask = gate.Admits(endpoints[i]) ? mask : mask & ~(1UL << i);
            }
        }

        return mask;
    }

    /// <summary>An endpoint that wants to be left alone for a time is, while another one is admitted.</summary>
    private static ulong Willing(ReadOnlySpan<IEndpointLoad> endpoints, ulong mask)
    {
        for (var i = 0; i < endpoints.Length; i++)
        {
            mask = ((EndpointLoad)endpoints[i]).IsHeldBack ? mask & ~(1UL << i) : mask;
        }

        return mask;
    }

    /// <summary>Calls stay in the zone of this replica while enough of its endpoints there are usable.</summary>
    private ulong Near(ReadOnlySpan<IEndpointLoad> endpoints, ulong mask)
    {
        if (_zone is null)
        {
            return mask;
        }

        var weight = 0L;
        for (var i = 0; i < endpoints.Length; i++)
        {
            if ((mask >> i & 1) != 0 && IsNear(endpoints[i].Endpoint))
            {
                weight += endpoints[i].Endpoint.Weight;
            }
            else
            {
                mask &= ~(1UL << i);
            }
        }

        return weight >= _zoneWeight ? mask : 0;
    }

    /// <summary>
    /// An endpoint that was connected to just now stands for choice in a growing part of the calls. With keys it is a growing part of the keys, so that
    /// each moves once.
    /// </summary>
    private static ulong Warm(ReadOnlySpan<IEndpointLoad> endpoints, ulong mask, bool usesKeys, ulong key)
    {
        Span<double> warmth = stackalloc double[EndpointBuffer.Capacity];
        var (warmest, coldest) = (0.0, 1.0);
        for (var i = 0; i < endpoints.Length; i++)
        {
            if ((mask >> i & 1) != 0)
            {
                warmth[i] = ((EndpointLoad)endpoints[i]).Warmth;
                (warmest, coldest) = (Math.Max(warmest, warmth[i]), Math.Min(coldest, warmth[i]));
            }
        }

        for (var i = 0; coldest < warmest && i < endpoints.Length; i++)
        {
            // Against the warmest: where all are new, they are equal.
            var part = warmth[i] / warmest;
            if ((mask >> i & 1) != 0 && part < 1 && !(usesKeys ? IsWarmFor(endpoints[i], key, part) : ((EndpointLoad)endpoints[i]).TakeTurn(part)))
            {
                mask &= ~(1UL << i);
            }
        }

        return mask;
    }

    private static bool IsWarmFor(IEndpointLoad endpoint, ulong key, double part) =>
        StableHash.ToUnit(StableHash.Combine(StableHash.Combine(key, ConsistentHashBalancer.HashOf(endpoint)), 1)) < part;

    private bool IsNear(ServerEndpoint endpoint) => string.Equals(endpoint.Zone, _zone, StringComparison.OrdinalIgnoreCase);
}
