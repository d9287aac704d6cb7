namespace McpRegistry.Gateway.Caching;

/// <summary>Where the answer to a request that is under way belongs.</summary>
/// <param name="Shelf">The server's shelf.</param>
/// <param name="Epoch">Its state when the request was sent.</param>
/// <param name="Key">The caller's own key.</param>
internal readonly record struct CachePlace(CacheShelf Shelf, int Epoch, ResponseKey Key);
