using System.Collections.Immutable;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

/// <summary>Finds every fault of a rule at once. Servers need not exist yet: a target that is not there is passed over.</summary>
internal static class RoutingRuleValidator
{
    public const int MaxName = 200;
    public const int MaxDescription = 2_000;
    public const int MaxPriority = 1_000_000;
    public const int MaxDocument = 64 * 1024;

    /// <summary>Validates a definition and compiles it.</summary>
    /// <param name="rule">The rule that it makes; its documents may be anything.</param>
    /// <param name="policies">The policies that there are.</param>
    /// <param name="route">The compiled rule; meaningless after a fault.</param>
    public static ImmutableArray<ValidationFault> Validate(RoutingRule rule, RoutePolicies policies, out CompiledRoute? route)
    {
        var faults = new List<ValidationFault>();
        if (string.IsNullOrWhiteSpace(rule.Name) || rule.Name.Length > MaxName || rule.Name.Any(char.IsControl))
        {
            faults.Add(new ValidationFault("name", rule.Name.Length == 0 ? "required" : "text", $"A name of 1 to {MaxName} characters is expected, without control characters."));
        }

        if (rule.Description is { Length: > MaxDescription })
        {
            faults.Add(new ValidationFault("description", "too_long", $"A description has up to {MaxDescription} characters."));
        }

        if (rule.Priority is < 0 or > MaxPriority)
        {
            faults.Add(new ValidationFault("priority", "out_of_range", $"A number from 0 to {MaxPriority} is expected."));
        }

        route = null;
        if (CheckLength("conditions", rule.Conditions, faults) & CheckLength("targets", rule.Targets, faults))
        {
            route = RouteCompiler.Compile(rule, null, policies, faults);
            CheckStorable("conditions", rule.Conditions, faults);
            CheckStorable("targets", rule.Targets, faults);
        }

        return [.. faults];
    }

    /// <summary>Makes the rule that a definition stands for.</summary>
    public static RoutingRule Apply(RoutingRuleDefinition definition, RoutingRule rule) => rule with
    {
        Name = definition.Name?.Trim() ?? "",
        Description = definition.Description,
        Priority = definition.Priority,
        IsActive = definition.IsActive,
        Conditions = definition.Conditions,
        Targets = definition.Targets ?? "{}",
        LoadBalancingPolicy = definition.LoadBalancingPolicy,
    };

    /// <summary>Makes a rule that is not stored anywhere yet.</summary>
    public static RoutingRule Create(TenantId tenant, RoutingRuleDefinition definition, DateTimeOffset now) => Apply(definition, new RoutingRule
    {
        Id = Guid.CreateVersion7(now),
        Tenant = tenant,
        Name = "",
        Conditions = "",
        Targets = "",
        CreatedAt = now,
        UpdatedAt = now,
    });

    /// <summary>What is left when the rest is right: numbers that no database keeps.</summary>
    private static void CheckStorable(string path, string document, List<ValidationFault> faults)
    {
        try
        {
            if (faults.Count == 0)
            {
                StorableJson.Check(document, path);
            }
        }
        catch (ArgumentException exception)
        {
            faults.Add(new ValidationFault(path, "not_storable", exception.Message));
        }
    }

    private static bool CheckLength(string path, string document, List<ValidationFault> faults)
    {
        if (document.Length <= MaxDocument)
        {
            return true;
        }

        faults.Add(new ValidationFault(path, "too_long", $"A document has up to {MaxDocument} characters."));
        return false;
    }
}
