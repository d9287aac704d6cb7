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
    private readonly Dictionary<string, MergedItem> _tools;
    private readonly Dictionary<string, MergedItem> _prompts;
    private readonly Dictionary<string, MergedItem> _plainTools;

    private MergedCatalogue(ImmutableArray<ServerEntry> servers, Func<string, bool> isAlias)
    {
        Servers = servers;
        Resources = new ResourceOwners(servers);
        var served = servers.Where(static entry => entry is { IsServed: true, Report: not null }).ToArray();
        Tools = [.. served.SelectMany(server => ToolsOf(server, Resources.WrappingOf(server)))];
        Prompts = [.. served.SelectMany(static server => ReportCatalogue.Of(server.Report!).Prompts(server.Server.Alias).Select(item => new MergedItem(server, item)))];
        _tools = Tools.ToDictionary(static item => item.Name, StringComparer.Ordinal);
        _prompts = Prompts.ToDictionary(static item => item.Name, StringComparer.Ordinal);
        _plainTools = Plain(servers, Tools, isAlias);
    }

    /// <summary>Gets every server of the view, the absent ones included.</summary>
    public ImmutableArray<ServerEntry> Servers { get; }

    public ImmutableArray<MergedItem> Tools { get; }

    public ImmutableArray<MergedItem> Prompts { get; }

    public ResourceOwners Resources { get; }

    /// <summary>Gets a value that tells whether there are servers and none of them can be asked.</summary>
    public bool AllAbsent => Servers.Any(static entry => entry.Server.Enabled) && !Servers.Any(static entry => entry.IsServed);

    /// <summary>Merges what servers have.</summary>
    /// <param name="servers">The servers, by alias.</param>
    /// <param name="isAlias">Tells whether a server has an alias, whoever may see it.</param>
    public static MergedCatalogue Build(ImmutableArray<ServerEntry> servers, Func<string, bool> isAlias) => new(servers, isAlias);

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

    private static IEnumerable<MergedItem> ToolsOf(ServerEntry server, UriWrapping? wrapping) =>
        from tool in ReportCatalogue.Of(server.Report!).Tools(server.Server.Alias)
        select new MergedItem(server, wrapping is null ? tool : tool with
        {
            Json = ResourceUriRewriter.RewriteTool(tool.Json, wrapping.Of),
            LegacyJson = tool.LegacyJson.IsEmpty ? default : ResourceUriRewriter.RewriteTool(tool.LegacyJson, wrapping.Of),
        });

    /// <summary>
    /// A server that is away still makes its names ambiguous: while it is, calls of its apps must not reach a namesake. The names
    /// that another server's tools have at this endpoint, or would have for somebody, are not for the taking at any time.
    /// </summary>
    private static Dictionary<string, MergedItem> Plain(ImmutableArray<ServerEntry> servers, ImmutableArray<MergedItem> tools, Func<string, bool> isAlias)
    {
        var away = servers.Where(static entry => entry is { IsServed: false, Server.Enabled: true, Report: not null })
            .SelectMany(static entry => entry.Report!.Items)
            .Where(static item => item.Kind == CatalogueItemKind.Tool)
            .Select(static item => item.Key);
        var taken = new HashSet<string>(away, StringComparer.Ordinal);
        var plain = new Dictionary<string, MergedItem>(tools.Length, StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            if (ExposedName.AliasOf(tool.Item.Key) is { } alias && alias != tool.Owner.Server.Alias && isAlias(alias))
            {
                continue;
            }

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
}
