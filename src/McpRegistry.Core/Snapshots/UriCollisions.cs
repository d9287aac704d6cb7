namespace McpRegistry.Snapshots;

/// <summary>The URIs and templates of one server that belong to other servers, in one state of the registry.</summary>
internal sealed class UriCollisions
{
    private readonly ServerEntry _server;
    private readonly ResourceOwners _owners;

    public UriCollisions(ServerEntry server, ResourceOwners owners)
    {
        (_server, _owners) = (server, owners);
        Wrapping = new UriWrapping(server.Server.Alias, IsWrapped);
    }

    public HashSet<string> Uris { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Templates { get; } = new(StringComparer.Ordinal);

    public UriWrapping Wrapping { get; }

    /// <summary>Shows a resource as clients see it.</summary>
    public ExposedItem Resource(ExposedItem item) => Uris.Contains(item.Name) ? Wrap(item, "uri"u8) : item;

    /// <summary>Shows a template as clients see it.</summary>
    public ExposedItem Template(ExposedItem item) => Templates.Contains(item.Name) ? Wrap(item, "uriTemplate"u8) : item;

    private ExposedItem Wrap(ExposedItem item, ReadOnlySpan<byte> member) =>
        ExposedItem.Under(item.Item, WrappedUri.PrefixOf(_server.Server.Alias) + item.Name, member);

    /// <summary>What a wrapped template expands to is wrapped too, unless it is the server's own by its list.</summary>
    private bool IsWrapped(string uri) => Uris.Contains(uri)
        || (Templates.Count > 0 && ReportCatalogue.Of(_server.Report!).Templates.Find(uri) is not null && !ReferenceEquals(_owners.Find(uri), _server));
}
