namespace McpRegistry.Snapshots;

/// <summary>Which URIs of one server clients of the merged endpoint know in their wrapped form.</summary>
/// <param name="alias">The server.</param>
/// <param name="isWrapped">Decides about one of its own URIs.</param>
internal sealed class UriWrapping(string alias, Func<string, bool> isWrapped)
{
    private readonly string _prefix = WrappedUri.PrefixOf(alias);

    /// <summary>For what was asked for by a wrapped URI: all that belongs to it is named in the same way.</summary>
    public static UriWrapping OfAll(string alias) => new(alias, static _ => true);

    /// <summary>Returns the URI that clients know; null where that is the server's own.</summary>
    public string? Of(string uri) => isWrapped(uri) ? _prefix + uri : null;
}
