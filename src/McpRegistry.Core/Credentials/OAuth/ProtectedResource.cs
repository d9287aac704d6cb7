using System.Text.Json;

namespace McpRegistry.Credentials.OAuth;

/// <summary>What a server says of who guards it (RFC 9728).</summary>
/// <param name="Resource">What tokens for it are for, in the very form in which it says so.</param>
/// <param name="AuthorizationServers">Who gives them.</param>
/// <param name="Scopes">What they can be limited to.</param>
internal sealed record ProtectedResource(string Resource, IReadOnlyList<string> AuthorizationServers, IReadOnlyList<string> Scopes)
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";

    /// <summary>Finds the metadata of a server.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="server">The URL of the server.</param>
    /// <param name="named">The URL that the server named; null when it named none.</param>
    /// <param name="isOptional">Whether a server that cannot be asked counts as one that says nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What it says, or null when it says nothing.</returns>
    /// <exception cref="CredentialException">It says it of somebody else.</exception>
    public static async Task<ProtectedResource?> FindAsync(MetadataClient client, Uri server, string? named, bool isOptional, CancellationToken cancellationToken)
    {
        foreach (var url in Places(server, named))
        {
            JsonElement? document;
            try
            {
                document = await client.GetAsync(url, cancellationToken).ConfigureAwait(false);
            }
            catch (CredentialException) when (isOptional)
            {
                // The request that needs the token will say so, and why.
                return null;
            }

            if (document is { } found)
            {
                return Read(found, server);
            }
        }

        return null;
    }

    private static IEnumerable<Uri> Places(Uri server, string? named)
    {
        if (named is not null)
        {
            // One that is told and cannot be asked is not replaced by a guess.
            return [MetadataClient.ReadUrl(named) ?? throw new CredentialException("The server names a URL for its metadata that is none.")];
        }

        var root = new Uri(server, WellKnown);
        return server.AbsolutePath == "/" ? [root] : [new Uri(server, WellKnown + server.AbsolutePath.TrimEnd('/')), root];
    }

    private static ProtectedResource Read(JsonElement document, Uri server)
    {
        // Else one server could have the gateway fetch tokens for another one.
        return document.Text("resource") is { } resource && Covers(resource, server)
            ? new ProtectedResource(resource, document.Texts("authorization_servers"), ScopeSet.Clean(document.Texts("scopes_supported")))
            : throw new CredentialException("The server's metadata is about another resource than this server.");
    }

    private static bool Covers(string resource, Uri server)
    {
        if (MetadataClient.ReadUrl(resource) is not { } url || !Origins.AreSame(url, server) || url.Query.Length > 0)
        {
            return false;
        }

        var path = url.AbsolutePath.TrimEnd('/');
        return server.AbsolutePath.StartsWith(path, StringComparison.Ordinal)
            && (server.AbsolutePath.Length == path.Length || server.AbsolutePath[path.Length] == '/');
    }
}
