using System.Text.Json;
using McpRegistry.Routing.Conditions;
using McpRegistry.Routing.Documents;

namespace McpRegistry.Routing;

/// <summary>Reads the documents of a rule. The same code validates what callers write and compiles what stores keep.</summary>
internal static class RouteCompiler
{
    /// <summary>Compiles a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="rotation">Where an earlier state of it was in spreading calls; null begins anew.</param>
    /// <param name="policies">The policies that there are.</param>
    /// <param name="faults">Takes everything that is wrong with its documents.</param>
    /// <returns>The rule in its asked form; meaningless after a fault.</returns>
    public static CompiledRoute Compile(RoutingRule rule, RouteRotation? rotation, RoutePolicies policies, List<ValidationFault> faults)
    {
        var found = new DocumentFaults(faults);
        var condition = Read(rule.Conditions, "conditions", found, document => new ConditionReader(found).Read(document)) ?? new AllCondition("conditions", []);
        var targets = Read(rule.Targets, "targets", found, document => new TargetsReader(found).Read(document)) ?? RouteTargets.None;
        var policy = policies.Find(rule.LoadBalancingPolicy);
        if (policy is null)
        {
            found.Add("policy", "unknown_value", $"One of these is expected: {string.Join(", ", policies.All)}.");
        }

        if (policy == RoutePolicy.RoundRobin && targets.Sticky is not null)
        {
            found.Add("targets.sticky", "ambiguous", "Servers that take turns cannot keep their callers; choose weighted or consistent_hash.");
        }

        return new CompiledRoute(rule, condition, targets, policy ?? RoutePolicy.Weighted, rotation ?? new RouteRotation());
    }

    private static T? Read<T>(string json, string path, DocumentFaults faults, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            faults.Add(path, "malformed", "A JSON document is expected.");
            return null;
        }
    }
}
