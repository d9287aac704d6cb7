using System.Text.Json.Nodes;

namespace McpRegistry.ConformanceServer.Changes;

/// <summary>What a listen request asked for, read from its raw form: the SDK's type knows no tasks.</summary>
internal sealed class ListenFilter
{
    private readonly HashSet<ChangeKind> _lists = [];
    private readonly HashSet<string> _resources = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tasks = new(StringComparer.Ordinal);

    public ListenFilter(JsonObject? requested)
    {
        foreach (var (member, kind) in (IEnumerable<(string, ChangeKind)>)
                 [("toolsListChanged", ChangeKind.Tools), ("promptsListChanged", ChangeKind.Prompts), ("resourcesListChanged", ChangeKind.Resources)])
        {
            if (requested?[member]?.GetValue<bool>() == true)
            {
                _lists.Add(kind);
                Granted[member] = true;
            }
        }

        Grant("resourceSubscriptions", requested, _resources);
        Grant("taskIds", requested, _tasks);
    }

    /// <summary>Gets what will be honoured, in the form of the acknowledgement.</summary>
    public JsonObject Granted { get; } = [];

    public bool Matches(Change change) => change.Kind switch
    {
        ChangeKind.Resource => _resources.Contains(change.Subject!),
        ChangeKind.Task => _tasks.Contains(change.Subject!),
        _ => _lists.Contains(change.Kind),
    };

    private void Grant(string member, JsonObject? requested, HashSet<string> subjects)
    {
        if (requested?[member] is JsonArray { Count: > 0 } names)
        {
            subjects.UnionWith(names.Select(static name => name!.GetValue<string>()));
            Granted[member] = names.DeepClone();
        }
    }
}
