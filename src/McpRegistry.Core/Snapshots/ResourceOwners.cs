using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Discovery;

namespace McpRegistry.Snapshots;

/// <summary>
/// Tells which server a resource URI belongs to: the one that lists it, else the one with a tool that names it as its user
/// interface, else the one whose template it matches, else the only one that lists anything of its scheme. URIs are not changed; where two servers list one URI the first keeps it.
/// </summary>
internal sealed class ResourceOwners
{
    private readonly FrozenDictionary<string, MergedItem> _byUri;
    private readonly FrozenDictionary<string, ServerEntry?> _byScheme;
    private readonly Dictionary<string, ServerEntry> _interfaces = new(StringComparer.Ordinal);
    private readonly ImmutableArray<(UriTemplate Pattern, ServerEntry Owner)> _patterns;

    private ResourceOwners(ImmutableArray<ServerEntry> servers, ImmutableArray<MergedItem> listed, ImmutableArray<MergedItem> templates)
    {
        foreach (var server in servers.Where(static entry => entry is { IsServed: true, Report: not null }))
        {
            foreach (var uri in ToolTraits.Of(server.Report!).Interfaces)
            {
                _interfaces.TryAdd(uri, server);
            }
        }

        Listed = listed;
        Templates = templates;
        _byUri = listed.ToFrozenDictionary(item => item.Item.Key, StringComparer.Ordinal);
        _patterns = [.. templates.Select(item => (UriTemplate.Parse(item.Item.Key), item.Owner)).Where(pair => pair.Item1 is not null)!];
        _byScheme = listed.Concat(templates)
            .GroupBy(item => SchemeOf(item.Item.Key), StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(group => group.Key, OnlyOwner, StringComparer.OrdinalIgnoreCase);
    }

    public ImmutableArray<MergedItem> Listed { get; }

    public ImmutableArray<MergedItem> Templates { get; }

    public static ResourceOwners Build(ImmutableArray<ServerEntry> servers) =>
        new(servers, Unique(servers, CatalogueItemKind.Resource), Unique(servers, CatalogueItemKind.ResourceTemplate));

    public ServerEntry? Find(string uri)
    {
        if (_byUri.TryGetValue(uri, out var listed))
        {
            return listed.Owner;
        }

        if (_interfaces.TryGetValue(uri, out var owner))
        {
            return owner;
        }

        foreach (var (pattern, server) in _patterns)
        {
            if (pattern.Matches(uri))
            {
                return server;
            }
        }

        return _byScheme.GetValueOrDefault(SchemeOf(uri));
    }

    /// <summary>Finds the owner of a template, for completions of its variables.</summary>
    public ServerEntry? FindTemplate(string template) =>
        Templates.FirstOrDefault(item => string.Equals(item.Item.Key, template, StringComparison.Ordinal))?.Owner ?? Find(template);

    private static ImmutableArray<MergedItem> Unique(ImmutableArray<ServerEntry> servers, CatalogueItemKind kind) =>
    [
        .. MergedCatalogue.Items(servers, kind)
            .DistinctBy(pair => pair.Item.Key, StringComparer.Ordinal)
            .Select(pair => new MergedItem(pair.Owner, pair.Item, pair.Item.Key, pair.Item.Json, default)),
    ];

    private static ServerEntry? OnlyOwner(IEnumerable<MergedItem> items)
    {
        var owners = items.Select(item => item.Owner).Distinct().Take(2).ToArray();
        return owners.Length == 1 ? owners[0] : null;
    }

    private static string SchemeOf(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : uri[..colon];
    }
}
