using System.Collections.Immutable;
using McpRegistry.Protocol;

namespace McpRegistry.AccessControl;

/// <summary>
/// The methods that rules and keys can allow or deny: those that a server is asked. What opens and keeps a connection is not
/// among them, or a client that may call one tool could not even begin.
/// </summary>
internal static class GovernedMethods
{
    private static readonly McpMethod[] Members =
    [
        McpMethod.ToolsList, McpMethod.ToolsCall, McpMethod.PromptsList, McpMethod.PromptsGet, McpMethod.ResourcesList,
        McpMethod.ResourceTemplatesList, McpMethod.ResourcesRead, McpMethod.ResourcesSubscribe, McpMethod.Complete,
        McpMethod.TasksGet, McpMethod.TasksUpdate, McpMethod.TasksCancel,
    ];

    private static readonly ulong All = Members.Aggregate(0UL, static (mask, method) => mask | Bit(method));

    /// <summary>Gets their names in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Members.Select(McpMethods.Name)];

    public static bool Includes(McpMethod method) => (All & Bit(method)) != 0;

    /// <summary>Finds a method by its wire name; unknown for every other text.</summary>
    public static McpMethod Find(string name) => Array.Find(Members, method => string.Equals(McpMethods.Name(method), name, StringComparison.Ordinal));

    /// <summary>Makes a set; names that are none of these methods name nothing.</summary>
    public static ulong MaskOf(ImmutableArray<string> names)
    {
        var mask = 0UL;
        foreach (var name in names.IsDefault ? [] : names)
        {
            mask |= Find(name) is var method and not McpMethod.Unknown ? Bit(method) : 0;
        }

        return mask;
    }

    public static ulong Bit(McpMethod method) => 1UL << (int)method;

    /// <summary>Tells whether a list of a key or rule lets a method pass; none lets all pass.</summary>
    public static bool Allow(ImmutableArray<string> names, McpMethod method)
    {
        if (names.IsDefaultOrEmpty || !Includes(method))
        {
            return true;
        }

        foreach (var name in names)
        {
            if (string.Equals(name, McpMethods.Name(method), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same for a name as it comes; one that is no method of MCP passes only where there is no list.</summary>
    public static bool Allow(ImmutableArray<string> names, string method) =>
        McpMethods.Find(method) is var known and not McpMethod.Unknown ? Allow(names, known) : names.IsDefaultOrEmpty;
}
