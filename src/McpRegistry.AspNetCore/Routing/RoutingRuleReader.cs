using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Routing;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Reads routing rules from REST bodies. Their documents are read by the rules of routing, not here.</summary>
internal static class RoutingRuleReader
{
    public static RoutingRuleDefinition Read(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var definition = Read(members);
        members.Finish();
        return definition;
    }

    /// <summary>Takes the members of a rule out of an object that may have others.</summary>
    public static RoutingRuleDefinition Read(JsonObjectReader members) => new()
    {
        Name = members.Text("name"),
        Description = members.Text("description"),
        Priority = members.Number("priority") ?? 100,
        IsActive = members.Flag("enabled") ?? true,
        Conditions = members.Raw("conditions") ?? "{}",
        Targets = members.Raw("targets"),
        LoadBalancingPolicy = members.Text("policy"),
    };
}
