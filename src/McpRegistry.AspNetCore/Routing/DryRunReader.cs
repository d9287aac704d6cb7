using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Routing;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Reads the set of rules that is to be tried.</summary>
internal static class DryRunReader
{
    private const int DefaultRequests = 500;
    private const int MaxRequests = 5_000;

    public static DryRunRequest Read(JsonElement body, int maxRules, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var origin = members.Text("base");
        if (origin is not (null or "stored" or "none"))
        {
            faults.Add(new ValidationFault("base", "unknown_value", "One of these is expected: stored, none."));
        }

        var rules = new List<(Guid?, RoutingRuleDefinition)>();
        foreach (var (element, path) in members.Items("rules").Take(maxRules + 1))
        {
            if (rules.Count == maxRules)
            {
                faults.Add(new ValidationFault("rules", "too_many", $"There are up to {maxRules} rules."));
                break;
            }

            var rule = new JsonObjectReader(element, path, faults);
            rules.Add((ReadId(rule.Text("id"), $"{path}.id", faults), RoutingRuleReader.Read(rule)));
            rule.Finish();
        }

        var removed = members.Texts("remove").Select((text, i) => ReadId(text, $"remove[{i}]", faults)).OfType<Guid>().ToHashSet();
        var requests = members.Number("requests") ?? DefaultRequests;
        if (requests is < 1 or > MaxRequests)
        {
            faults.Add(new ValidationFault("requests", "out_of_range", $"A number from 1 to {MaxRequests} is expected."));
        }

        members.Finish();
        return new DryRunRequest(origin != "none", rules, removed, requests);
    }

    private static Guid? ReadId(string? text, string path, List<ValidationFault> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        faults.Add(new ValidationFault(path, "wrong_type", "An id is expected."));
        return null;
    }
}
