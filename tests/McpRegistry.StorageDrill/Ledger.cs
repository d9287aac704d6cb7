using System.Globalization;

namespace McpRegistry.StorageDrill;

/// <summary>What the store has acknowledged to writers that may be dead by now.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, long> _servers = [];
    private readonly Dictionary<Guid, long> _catalogues = [];
    private readonly HashSet<Guid> _deleted = [];
    private readonly HashSet<Guid> _audit = [];

    public int Count { get; private set; }

    public int Failures { get; private set; }

    public long Revision { get; private set; }

    public void Take(string line)
    {
        var words = line.Split(' ');
        lock (_lock)
        {
            if (words is ["failed", _, "."])
            {
                Failures++;
            }
            else if (words is [var what, var id, var number, "."])
            {
                Take(what, Guid.Parse(id), long.Parse(number, CultureInfo.InvariantCulture));
                Count++;
            }
        }
    }

    /// <summary>Compares what was read back after the kill with what was acknowledged before it.</summary>
    public IEnumerable<string> FindFaults(
        IReadOnlyDictionary<Guid, Servers.StoredServer> stored, IReadOnlySet<Guid> audit, long revision)
    {
        lock (_lock)
        {
            return
            [
                .. _servers.Where(pair => !IsServed(stored, pair.Key, pair.Value)).Select(pair => $"server {pair.Key}: generation {pair.Value} was acknowledged and is lost"),
                .. _catalogues.Where(pair => !IsDiscovered(stored, pair.Key, pair.Value)).Select(pair => $"server {pair.Key}: catalogue {pair.Value} was acknowledged and is lost"),
                .. _deleted.Where(stored.ContainsKey).Select(id => $"server {id}: its deletion was acknowledged and is lost"),
                .. _audit.Except(audit).Select(id => $"audit event {id} was acknowledged and is lost"),
                .. revision < Revision ? [$"the revision went back from {Revision} to {revision}"] : Array.Empty<string>(),
            ];
        }
    }

    private static bool IsServed(IReadOnlyDictionary<Guid, Servers.StoredServer> stored, Guid id, long generation) =>
        stored.TryGetValue(id, out var server) && long.Parse(server.Server.Description!, CultureInfo.InvariantCulture) >= generation;

    private static bool IsDiscovered(IReadOnlyDictionary<Guid, Servers.StoredServer> stored, Guid id, long generation) =>
        stored.TryGetValue(id, out var server)
        && server.Discovery is { } discovery
        && long.Parse(discovery.Instructions!, CultureInfo.InvariantCulture) >= generation;

    private void Take(string what, Guid id, long number)
    {
        switch (what)
        {
            case "server":
                _servers[id] = number;
                break;
            case "catalogue":
                _catalogues[id] = number;
                break;
            case "audit":
                _audit.Add(id);
                break;
            case "deleting":
                // From here on it may be there or not; both are right.
                _servers.Remove(id);
                _catalogues.Remove(id);
                break;
            case "deleted":
                _deleted.Add(id);
                break;
            default:
                Revision = Math.Max(Revision, number);
                break;
        }
    }
}
