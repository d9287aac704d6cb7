using McpRegistry.Tenancy;

namespace McpRegistry.Supervision;

/// <summary>Attempts that wait, in their order for each tenant. Not thread-safe.</summary>
internal sealed class ConnectLine
{
    private readonly Dictionary<TenantId, Waiting> _byTenant = [];
    private long _turns;

    public bool IsEmpty => _byTenant.Count == 0;

    public void Add(ConnectTurn turn)
    {
        if (!_byTenant.TryGetValue(turn.Tenant, out var waiting))
        {
            _byTenant[turn.Tenant] = waiting = new Waiting(_turns++);
        }

        waiting.Turns.Enqueue(turn);
    }

    /// <summary>Takes the next one of the tenant that holds least, of several the one that waits for longest; null when nobody waits.</summary>
    public ConnectTurn? Take(Func<TenantId, int> heldBy)
    {
        if (_byTenant.Count == 0)
        {
            return null;
        }

        var (tenant, waiting) = _byTenant.MinBy(line => (heldBy(line.Key), line.Value.Since));
        var turn = waiting.Turns.Dequeue();
        waiting.Since = _turns++;
        if (waiting.Turns.Count == 0)
        {
            _byTenant.Remove(tenant);
        }

        return turn;
    }

    private sealed class Waiting(long since)
    {
        public Queue<ConnectTurn> Turns { get; } = new();

        /// <summary>Gets or sets the turn after which its first one was next.</summary>
        public long Since { get; set; } = since;
    }
}
