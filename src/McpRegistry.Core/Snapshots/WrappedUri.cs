using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>
/// The URI of a resource whose own one belongs to another server: <c>mcp+alias:</c> and the own one as it is, which RFC 3986
/// takes as a path, query and fragment. The form needs no table to be undone, and what begins with a URI still does when both
/// are wrapped, so that parts of a resource and expansions of a template lead back too.
/// </summary>
internal static class WrappedUri
{
    private const string Start = "mcp+";

    /// <summary>Returns what stands before the URIs of a server.</summary>
    public static string PrefixOf(string alias) => $"{Start}{alias}:";

    /// <summary>Tells whether a URI has the form, whoever made it.</summary>
    public static bool Is(string uri) => LengthOfAlias(uri) > 0;

    /// <summary>Splits a wrapped URI; false for any other.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="alias">The server.</param>
    /// <param name="own">The server's own URI.</param>
    public static bool TrySplit(string uri, out string alias, out string own)
    {
        var length = LengthOfAlias(uri);
        (alias, own) = length == 0 ? ("", "") : (uri.Substring(Start.Length, length).ToLowerInvariant(), uri[(Start.Length + length + 1)..]);
        return length > 0;
    }

    /// <summary>Schemes are compared without case.</summary>
    private static int LengthOfAlias(string uri)
    {
        if (!uri.StartsWith(Start, StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        var colon = uri.IndexOf(':', StringComparison.Ordinal) - Start.Length;
        return colon is > 0 and <= ServerAlias.MaxLength && ServerAlias.IsWellFormed(uri.Substring(Start.Length, colon).ToLowerInvariant()) ? colon : 0;
    }
}
