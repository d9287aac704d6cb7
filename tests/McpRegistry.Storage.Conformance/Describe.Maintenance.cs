using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.Maintenance;

namespace McpRegistry.Storage.Conformance;

public static partial class Describe
{
    /// <summary>Leaves out the white space of the conditions, which a store may change.</summary>
    public static string Policy(RetentionPolicy policy) => JsonSerializer.Serialize(
        policy with { Conditions = JsonNode.Parse(policy.Conditions)!.ToJsonString() }, Indented);

    public static string View(MaterializedViewDefinition view) => JsonSerializer.Serialize(view, Indented);
}
