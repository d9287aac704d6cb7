using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Caching;

/// <summary>One kept result of a modern server, and its place in the order of eviction.</summary>
internal sealed class CachedResponse(CacheShelf shelf, ResponseKey key, byte[] result, CacheableResult layout, long expiresAt, string? uri)
{
    /// <summary>What the objects around the bytes take, roughly.</summary>
    private const int Overhead = 400;

    public CacheShelf Shelf => shelf;

    public ResponseKey Key => key;

    public byte[] Result => result;

    public CacheableResult Layout => layout;

    /// <summary>Gets when it is stale, as a timestamp of the time provider.</summary>
    public long ExpiresAt => expiresAt;

    /// <summary>Gets the resource that was read; null for lists.</summary>
    public string? Uri => uri;

    public long Size { get; } = result.Length + key.Length + Overhead + ((uri?.Length ?? 0) * sizeof(char));

    /// <summary>Gets or sets a value that tells whether it was of use since the eviction last came by.</summary>
    public bool WasUsed { get; set; }

    public CachedResponse? Older { get; set; }

    public CachedResponse? Newer { get; set; }
}
