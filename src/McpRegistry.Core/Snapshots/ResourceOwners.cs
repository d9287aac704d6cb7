using System.Collections.Immutable;

namespace McpRegistry.Snapshots;

/// <summary>
/// Tells which server a resource URI belongs to: the one that lists it, else the one with a tool that names it as its user
/// interface, else the one whose template it matches, else the only one that lists anything of its scheme. What several have
/// belongs to the first in the order of the aliases, and clients know that of the others in its wrapped form. A server that is
/// away keeps what it has: nobody must get another one's resource for its own.
/// </summary>
internal sealed class ResourceOwners
{
    private readonly ImmutableArray<ServerEntry> _servers;
    private readonly (ServerEntry Server, ReportCatalogue Catalogue)[] _owning;
    private readonly Dictionary<string, ServerEntry> _byUri = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServerEntry> _byTemplate = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServerEntry?> _byScheme = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Guid, UriCollisions> _collisions = [];

    public ResourceOwners(ImmutableArray<ServerEntry> servers)
    {
        _servers = servers;
        _owning = [.. servers.Where(static entry => entry is { Server.Enabled: true, Report: not null }).Select(static entry => (entry, ReportCatalogue.Of(entry.Report!)))];
        foreach (var (server, catalogue) in _owning)
        {
            Claim(server, catalogue);
        }

        foreach (var (server, _) in _owning)
        {
            foreach (var uri in ToolTraits.Of(server.Report!).Interfaces)
            {
                if (!TryOwn(_byUri, uri, server))
                {
                    Collisions(server).Uris.Add(uri);
                }
            }
        }

        var served = _owning.Where(static owner => owner.Server.IsServed).ToArray();
        Listed = [.. served.SelectMany(owner => Show(owner.Server, owner.Catalogue.Resources, static (found, item) => found.Resource(item)))];
        Templates = [.. served.SelectMany(owner => Show(owner.Server, owner.Catalogue.ResourceTemplates, static (found, item) => found.Template(item)))];
    }

    public ImmutableArray<MergedItem> Listed { get; }

    public ImmutableArray<MergedItem> Templates { get; }

    /// <summary>Finds where a client's URI leads.</summary>
    public ResourceRoute? Resolve(string uri) => TryUnwrap(uri, out var route) ? route : Find(uri) is { } owner ? new(owner, uri, IsWrapped: false) : null;

    /// <summary>Finds where a client's template leads, for completions of its variables.</summary>
    public ResourceRoute? ResolveTemplate(string template) =>
        TryUnwrap(template, out var route) ? route : FindTemplate(template) is { } owner ? new(owner, template, IsWrapped: false) : null;

    /// <summary>Finds the owner of a URI that is not wrapped.</summary>
    public ServerEntry? Find(string uri)
    {
        if (_byUri.TryGetValue(uri, out var listed))
        {
            return listed;
        }

        foreach (var (server, catalogue) in _owning)
        {
            if (catalogue.Templates.Find(uri) is not null)
            {
                return server;
            }
        }

        return _byScheme.GetValueOrDefault(ReportCatalogue.SchemeOf(uri));
    }

    /// <summary>Finds the owner of a template that is not wrapped.</summary>
    public ServerEntry? FindTemplate(string template) => _byTemplate.GetValueOrDefault(template) ?? Find(template);

    /// <summary>Finds which URIs of a server are wrapped; null when none is, as nearly always.</summary>
    public UriWrapping? WrappingOf(ServerEntry server) =>
        _collisions.Count > 0 && _collisions.TryGetValue(server.Server.Id, out var collisions) ? collisions.Wrapping : null;

    private void Claim(ServerEntry server, ReportCatalogue catalogue)
    {
        foreach (var resource in catalogue.Resources)
        {
            if (!TryOwn(_byUri, resource.Name, server))
            {
                Collisions(server).Uris.Add(resource.Name);
            }
        }

        foreach (var template in catalogue.ResourceTemplates)
        {
            if (!TryOwn(_byTemplate, template.Name, server))
            {
                Collisions(server).Templates.Add(template.Name);
            }
        }

        foreach (var scheme in catalogue.Schemes)
        {
            _byScheme[scheme] = _byScheme.ContainsKey(scheme) ? null : server;
        }
    }

    /// <summary>What looks wrapped leads to the server that it names, so nobody's own may look so.</summary>
    private static bool TryOwn(Dictionary<string, ServerEntry> owners, string uri, ServerEntry server) =>
        !WrappedUri.Is(uri) && (owners.TryAdd(uri, server) || ReferenceEquals(owners[uri], server));

    private UriCollisions Collisions(ServerEntry server)
    {
        if (!_collisions.TryGetValue(server.Server.Id, out var collisions))
        {
            _collisions.Add(server.Server.Id, collisions = new UriCollisions(server, this));
        }

        return collisions;
    }

    private IEnumerable<MergedItem> Show(ServerEntry server, ImmutableArray<ExposedItem> items, Func<UriCollisions, ExposedItem, ExposedItem> expose)
    {
        var collisions = _collisions.GetValueOrDefault(server.Server.Id);
        return items.Select(item => new MergedItem(server, collisions is null ? item : expose(collisions, item)));
    }

    /// <summary>Undoes the wrapped form; true for all that has it, though it may lead nowhere.</summary>
    private bool TryUnwrap(string uri, out ResourceRoute? route)
    {
        route = null;
        if (!WrappedUri.TrySplit(uri, out var alias, out var own))
        {
            return false;
        }

        foreach (var server in _servers)
        {
            if (server.Server.Enabled && string.Equals(server.Server.Alias, alias, StringComparison.Ordinal))
            {
                route = new(server, own, IsWrapped: true);
            }
        }

        return true;
    }
}
