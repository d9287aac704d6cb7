using System.Collections.Frozen;

namespace McpRegistry.Servers;

/// <summary>What configuration says of single servers.</summary>
/// <typeparam name="T">What it says of one.</typeparam>
internal sealed class ServerSettings<T>
    where T : class
{
    private readonly FrozenDictionary<ServerKey, T> _known;

    /// <param name="settings">What is said, by <see cref="ServerKey"/>; what is no such key is checked elsewhere and holds for none.</param>
    public ServerSettings(IEnumerable<KeyValuePair<string, T>> settings)
    {
        var known = new Dictionary<ServerKey, T>();
        foreach (var (name, value) in settings)
        {
            if (ServerKey.TryParse(name, out var key))
            {
                known[key] = value;
            }
        }

        _known = known.ToFrozenDictionary();
    }

    /// <summary>Finds what holds for a server, by its id before its alias; null for nothing.</summary>
    public T? Find(RegisteredServer server) => _known.Count == 0 ? null
        : _known.TryGetValue(ServerKey.ById(server), out var byId) ? byId
        : _known.GetValueOrDefault(ServerKey.ByAlias(server));
}
