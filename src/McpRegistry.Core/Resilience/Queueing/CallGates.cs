using McpRegistry.Servers;

namespace McpRegistry.Resilience;

/// <summary>The gates of the servers that this replica supervises. One outlives a change of its server: who waits there goes on waiting, and who is in still counts.</summary>
internal sealed class CallGates(ServerBounds bounds, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, (CallGate Gate, int Users)> _gates = [];

    /// <summary>Gets the gate of a server with the bounds that hold for it now, until it is given back.</summary>
    public CallGate Take(RegisteredServer server)
    {
        lock (_lock)
        {
            var (gate, users) = _gates.GetValueOrDefault(server.Id);
            if (gate is null)
            {
                gate = new CallGate(bounds.PlacesAt(server), bounds.Queue, time);
            }
            else
            {
                gate.Resize(bounds.PlacesAt(server));
            }

            _gates[server.Id] = (gate, users + 1);
            return gate;
        }
    }

    public void GiveBack(Guid serverId)
    {
        lock (_lock)
        {
            var (gate, users) = _gates.GetValueOrDefault(serverId);
            if (users > 1)
            {
                _gates[serverId] = (gate, users - 1);
            }
            else
            {
                _gates.Remove(serverId);
            }
        }
    }
}
