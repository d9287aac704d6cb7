using System.Collections.Immutable;
using McpRegistry.Snapshots;

namespace McpRegistry.AccessControl;

/// <summary>A set of servers of one snapshot, in the order of their aliases, that can be looked up.</summary>
internal readonly struct ServerSet : IEquatable<ServerSet>
{
    private readonly int _hash;

    public ServerSet(ImmutableArray<ServerEntry> servers)
    {
        Servers = servers;
        var hash = default(HashCode);
        foreach (var entry in servers)
        {
            hash.Add(entry.Server.Id);
        }

        _hash = hash.ToHashCode();
    }

    public ImmutableArray<ServerEntry> Servers { get; }

    public bool Equals(ServerSet other)
    {
        if (_hash != other._hash || Servers.Length != other.Servers.Length)
        {
            return false;
        }

        for (var i = 0; i < Servers.Length; i++)
        {
            if (!ReferenceEquals(Servers[i], other.Servers[i]))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is ServerSet other && Equals(other);

    public override int GetHashCode() => _hash;
}
