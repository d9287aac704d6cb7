using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Resources;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>Tools that change something others may be watching.</summary>
internal static class ChangeTools
{
    /// <summary>The tool that comes and goes.</summary>
    public static readonly FixtureTool Extra =
        new("test_extra_tool", "Is listed after every other change of the tools.", static (_, _) => Task.FromResult(ToolResults.Text("Still here.")));

    public static IEnumerable<FixtureTool> All(ChangeHub hub, Action toggleExtra) =>
    [
        Trigger("test_trigger_tool_change", "Changes the list of tools.", hub, new Change(ChangeKind.Tools), toggleExtra),
        Trigger("test_trigger_prompt_change", "Tells that the prompts changed.", hub, new Change(ChangeKind.Prompts)),
        Trigger("test_trigger_resource_change", "Tells that the resources changed.", hub, new Change(ChangeKind.Resources)),
        Trigger("test_trigger_resource_update", "Tells that the watched resource changed.", hub, Change.OfResource(ResourceHandlers.Watched)),
    ];

    private static FixtureTool Trigger(string name, string description, ChangeHub hub, Change change, Action? apply = null) =>
        new(name, description, (_, _) =>
        {
            apply?.Invoke();
            hub.Publish(change);
            return Task.FromResult(ToolResults.Text("Done."));
        });
}
