using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Questions;
using McpRegistry.ConformanceServer.Tasks;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>All tools, in the order in which they are listed.</summary>
internal sealed class ToolCatalogue
{
    private readonly FixtureTool[] _tools;
    private volatile bool _hasExtra;

    public ToolCatalogue(StateSeal seal, ChangeHub hub, TimeProvider clock) => _tools =
    [
        .. ContentTools.All,
        .. NotifyingTools.All(clock),
        .. QuestionTools.All,
        .. RoundTripTools.All(seal),
        .. ChangeTools.All(hub, ToggleExtra),
        .. TaskTools.All(clock),
    ];

    /// <summary>Lists what clients of one era see. Tools that need tasks to be of use are not for sessions.</summary>
    public IEnumerable<FixtureTool> List(bool isModern) => _tools
        .Where(tool => isModern || tool.Tasks == TaskUse.None)
        .Concat(_hasExtra ? [ChangeTools.Extra] : []);

    public FixtureTool? Find(string name, bool isModern) => List(isModern).FirstOrDefault(tool => tool.Name == name);

    private void ToggleExtra() => _hasExtra = !_hasExtra;
}
