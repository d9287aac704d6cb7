using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Snapshots;

/// <summary>
/// All items of all served servers, named for the merged endpoint, in the order (alias, the server's own order). Health
/// decides which servers take part, never which answered first.
/// </summary>
internal sealed class MergedCatalogue
{
    private readonly FrozenDictionary<string, MergedItem> _tools;
    private readonly FrozenDictionary<string, MergedItem> _prompts;
    private readonly Dictionary<string, MergedItem> _plainTools;

    private MergedCatalogue(ImmutableArray<ServerEntry> servers, ResourceOwners resources)
    {
        Servers = servers;
        Resources = resources;
        Tools = Named(servers, CatalogueItemKind.Tool, out _tools);
        Prompts = Named(servers, CatalogueItemKind.Prompt, out _prompts);
        _plainTools = Plain(servers, Tools);
    }

    /// <summary>Gets every server of the view, the absent ones included.</summary>
    public ImmutableArray<ServerEntry> Servers { get; }

    public ImmutableArray<MergedItem> Tools { get; }

    public ImmutableArray<MergedItem> Prompts { get; }

    public ResourceOwners Resources { get; }

    /// <summary>Gets a value that tells whether there are servers and none of them can be asked.</summary>
    public bool AllAbsent => Servers.Any(static entry => entry.Server.Enabled) && !Servers.Any(static entry => entry.IsServed);

    public static MergedCatalogue Build(ImmutableArray<ServerEntry> servers) => new(servers, ResourceOwners.Build(servers));

    public ImmutableArray<MergedItem> List(McpMethod method) => method switch
    {
        McpMethod.ToolsList => Tools,
        McpMethod.PromptsList => Prompts,
        McpMethod.ResourcesList => Resources.Listed,
        _ => Resources.Templates,
    };

    /// <summary>
    /// Finds a tool by the name that clients see, else by its server's own name if no other server has that: an app calls the
    /// tools of its server by those (protocol.md 2.10).
    /// </summary>
    public MergedItem? FindTool(string name) => _tools.GetValueOrDefault(name) ?? _plainTools.GetValueOrDefault(name);

    public MergedItem? FindPrompt(string name) => _prompts.GetValueOrDefault(name);

    /// <summary>Lists the served items of a kind, in the order of the merged lists.</summary>
    public static IEnumerable<(ServerEntry Owner, CatalogueItem Item)> Items(ImmutableArray<ServerEntry> servers, CatalogueItemKind kind) =>
        from server in servers
        where server.IsServed && server.Report is not null
        from item in server.Report!.Items.Where(item => item.Kind == kind).OrderBy(item => item.Ordinal)
        where kind != CatalogueItemKind.Tool || !ToolTraits.Of(server.Report!).IsHidden(item.Key)
        select (server, item);

    /// <summary>
    /// A server that is away still makes its names ambiguous: while it is, calls of its apps must not reach a namesake.
    /// </summary>
    private static Dictionary<string, MergedItem> Plain(ImmutableArray<ServerEntry> servers, ImmutableArray<MergedItem> tools)
    {
        var away = servers.Where(static entry => entry is { IsServed: false, Server.Enabled: true, Report: not null })
            .SelectMany(static entry => entry.Report!.Items)
            .Where(static item => item.Kind == CatalogueItemKind.Tool)
            .Select(static item => item.Key);
        var taken = new HashSet<string>(away, StringComparer.Ordinal);
        var plain = new Dictionary<string, MergedItem>(tools.Length, StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            if (taken.Add(tool.Item.Key))
            {
                plain.Add(tool.Item.Key, tool);
            }
            else if (plain.TryGetValue(tool.Item.Key, out var other) && other.Owner != tool.Owner)
            {
                plain.Remove(tool.Item.Key);
            }
        }

        return plain;
    }

    private static ImmutableArray<MergedItem> Named(
        ImmutableArray<ServerEntry> servers, CatalogueItemKind kind, out FrozenDictionary<string, MergedItem> byName)
    {
        var named = Items(servers, kind)
            .Select(pair => Rename(pair.Owner, pair.Item))

            // Two shortened names that meet in one hash: the first in the stable order keeps it.
            .DistinctBy(item => item.Name, StringComparer.Ordinal)
            .ToImmutableArray();
        byName = named.ToFrozenDictionary(item => item.Name, StringComparer.Ordinal);
        return named;
    }

    private static MergedItem Rename(ServerEntry owner, CatalogueItem item)
    {
        var name = ExposedName.Of(owner.Server.Alias, item.Key);
        var slice = JsonMembers.Find(item.Json.Span, "name"u8);
        byte[] json = [.. item.Json.Span[..slice.Start], .. JsonText.Quote(name), .. item.Json.Span[slice.End..]];
        return new MergedItem(owner, item, name, json, slice.Of(item.Json))
        {
            Parameters = item.Kind == CatalogueItemKind.Tool ? AnnotatedTools.Find(owner.Report, item.Key) : null,
        };
    }
}
