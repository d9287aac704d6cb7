using System.Text.Json.Nodes;
using McpRegistry.Routing;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>The targets of rules read word by word, like their conditions by <see cref="PlainRouting"/>. Canaries are those of every caller who has the key.</summary>
internal static class PlainTargets
{
    /// <summary>Tells whether a call goes to the canary of a rule that holds.</summary>
    public static bool IsCanary(RoutingRule rule, PlainRequest request, Func<string, bool> isUsable) =>
        Read(rule)["canary"] is JsonObject canary && HasKey(canary, request) && Usable(canary["servers"], isUsable).Any();

    /// <summary>Finds the servers to which a call may go by a rule that holds.</summary>
    public static IEnumerable<string> Servers(RoutingRule rule, PlainRequest request, Func<string, bool> isUsable) =>
        Usable(IsCanary(rule, request, isUsable) ? Read(rule)["canary"]!["servers"] : Read(rule)["servers"], isUsable);

    /// <summary>Tells whether a call that is made again goes to the same server.</summary>
    public static bool Stays(RoutingRule rule, PlainRequest request, Func<string, bool> isUsable) =>
        IsCanary(rule, request, isUsable) || (Read(rule)["sticky"] is JsonObject sticky && HasKey(sticky, request));

    /// <summary>Finds the rule that has a copy made: the first that is usable for it, up to the one that decides.</summary>
    public static RoutingRule? Copier(IEnumerable<RoutingRule> rules, PlainRequest request, Func<string, bool> isUsable)
    {
        foreach (var rule in PlainRouting.Holding(rules, request))
        {
            var decides = Servers(rule, request, isUsable).Any();
            var targets = Read(rule);

            // No tool here says that it changes nothing.
            if ((decides || (targets["servers"] is null && targets["canary"] is null))
                && request.Method != "tools/call" && targets["mirror"] is JsonObject mirror && isUsable((string)mirror["server"]!))
            {
                return rule;
            }

            if (decides)
            {
                break;
            }
        }

        return null;
    }

    private static JsonObject Read(RoutingRule rule) => JsonNode.Parse(rule.Targets)!.AsObject();

    private static IEnumerable<string> Usable(JsonNode? servers, Func<string, bool> isUsable) => (servers?.AsArray() ?? [])
        .Where(static server => (int?)server!["weight"] is not 0).Select(static server => (string)server!["server"]!).Where(isUsable);

    private static bool HasKey(JsonObject assignment, PlainRequest request) => (string?)assignment["by"] switch
    {
        "header" => request.Headers.Keys.Contains((string)assignment["name"]!, StringComparer.OrdinalIgnoreCase),
        "address" => request.Address is not null,
        _ => true,
    };
}
