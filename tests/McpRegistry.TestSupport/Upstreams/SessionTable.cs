using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>The sessions of a legacy upstream.</summary>
internal sealed class SessionTable(Changes changes)
{
    private readonly ConcurrentDictionary<string, byte> _open = new(StringComparer.Ordinal);

    public int Count => _open.Count;

    public bool Has(string id) => _open.ContainsKey(id);

    public string Open()
    {
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _open.TryAdd(id, 0);
        changes.Raise();
        return id;
    }

    public void Close(string id)
    {
        _open.TryRemove(id, out _);
        changes.Raise();
    }

    public void Clear()
    {
        _open.Clear();
        changes.Raise();
    }
}
