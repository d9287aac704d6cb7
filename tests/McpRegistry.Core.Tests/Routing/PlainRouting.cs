using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpRegistry.Routing;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>Routing rules read word by word, each time anew and one after the other: what the compiled ones are compared with.</summary>
internal static class PlainRouting
{
    /// <summary>Finds the rule that decides; null for none. One that only has copies made never does.</summary>
    public static RoutingRule? Decide(IEnumerable<RoutingRule> rules, PlainRequest request, Func<string, bool> isUsable) =>
        Holding(rules, request).FirstOrDefault(rule => PlainTargets.Servers(rule, request, isUsable).Any());

    /// <summary>Finds the rules whose conditions hold, in the order in which they are asked.</summary>
    public static IEnumerable<RoutingRule> Holding(IEnumerable<RoutingRule> rules, PlainRequest request) => rules
        .Where(rule => rule.IsActive && (rule.Tenant.IsGlobal || rule.Tenant.Value == Guid.Parse(request.Tenant)))
        .OrderBy(static rule => rule.Tenant == TenantId.Global ? 1 : 0).ThenBy(static rule => rule.Priority).ThenBy(static rule => rule.CreatedAt)
        .Where(rule => Holds(JsonNode.Parse(rule.Conditions)!.AsObject(), request));

    public static bool Holds(JsonObject condition, PlainRequest request)
    {
        if (condition["all"] is JsonArray all)
        {
            return all.All(part => Holds(part!.AsObject(), request));
        }

        if (condition["any"] is JsonArray any)
        {
            return any.Any(part => Holds(part!.AsObject(), request));
        }

        if (condition["not"] is JsonObject not)
        {
            return !Holds(not, request);
        }

        if (condition.Count == 0)
        {
            return true;
        }

        var comparison = (string)condition["operator"]!;
        var value = condition["value"];
        var isNegated = comparison.StartsWith("not_", StringComparison.Ordinal);
        var positive = isNegated ? comparison[4..] : comparison;
        return Compare(condition, (string)condition["field"]!, positive, value, request) != isNegated;
    }

    private static bool Compare(JsonObject condition, string field, string comparison, JsonNode? value, PlainRequest request)
    {
        switch (field)
        {
            case "address":
                return request.Address is not null && (comparison == "cidr"
                    ? Many(value).Any(network => IPNetwork.Parse(((string)network!).Contains('/') ? (string)network! : network + "/32").Contains(IPAddress.Parse(request.Address)))
                    : Values(comparison, value).Any(address => (string)address! == request.Address));
            case "size":
                return comparison switch
                {
                    "gt" => request.Size > (long)value!,
                    "lt" => request.Size < (long)value!,
                    _ => Values(comparison, value).Any(size => (long)size! == request.Size),
                };
            case "day":
                return Values(comparison, value).Any(day => DayNames[(int)day!] == Local(condition, request).DayOfWeek);
            case "time":
                var now = TimeOnly.FromDateTime(Local(condition, request));
                return comparison switch
                {
                    "gt" => now > TimeOnly.Parse((string)value!, CultureInfo.InvariantCulture),
                    "lt" => now < TimeOnly.Parse((string)value!, CultureInfo.InvariantCulture),
                    _ => value!.AsArray().Any(range => IsBetween(now, ((string)range!).Split('-'))),
                };
            case "argument":
                return Find(request.Arguments, (string)condition["pointer"]!, out var found) && CompareJson(comparison, found, value);
            default:
                return Texts(condition, field, request).Any(text => CompareText(comparison, text, value));
        }
    }

    private static readonly DayOfWeek[] DayNames =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    private static IEnumerable<string> Texts(JsonObject condition, string field, PlainRequest request) => (field switch
    {
        "method" => [request.Method],
        "tool" or "prompt" or "resource" => request.Kind == field ? [request.Item] : [],
        "server" => [request.Server],
        "tag" => request.Server is null ? [] : request.Tags,
        "transport" => request.Server is null ? [] : request.Transports,
        "tenant" => [request.Tenant],
        "user" => [request.User],
        "role" => [request.Role],
        "key" => [request.Key],
        "header" => [request.Headers.FirstOrDefault(header => header.Key.Equals((string?)condition["name"], StringComparison.OrdinalIgnoreCase)).Value],
        _ => (string?[])[],
    }).OfType<string>();

    private static bool CompareText(string comparison, string text, JsonNode? value) => comparison switch
    {
        "equals" => text == (string)value!,
        "in" => value!.AsArray().Any(one => text == (string)one!),
        "contains" => text.Contains((string)value!, StringComparison.Ordinal),
        "starts_with" => text.StartsWith((string)value!, StringComparison.Ordinal),
        "ends_with" => text.EndsWith((string)value!, StringComparison.Ordinal),
        "regex" => Regex.IsMatch(text, (string)value!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)),
        _ => throw new InvalidOperationException(comparison),
    };

    private static bool CompareJson(string comparison, JsonNode? found, JsonNode? value)
    {
        var kind = found?.GetValueKind() ?? System.Text.Json.JsonValueKind.Null;
        return comparison switch
        {
            "equals" => AreEqual(found, value),
            "in" => value!.AsArray().Any(one => AreEqual(found, one)),
            "gt" => kind == System.Text.Json.JsonValueKind.Number && (double)found! > (double)value!,
            "lt" => kind == System.Text.Json.JsonValueKind.Number && (double)found! < (double)value!,
            _ => kind == System.Text.Json.JsonValueKind.String && CompareText(comparison, (string)found!, value),
        };
    }

    private static bool AreEqual(JsonNode? one, JsonNode? other) => one is not (JsonObject or JsonArray) && JsonNode.DeepEquals(one, other);

    private static bool Find(JsonNode? node, string pointer, out JsonNode? found)
    {
        found = node;
        if (node is null)
        {
            return false;
        }

        foreach (var step in pointer.Split('/').Skip(1).Select(static step => step.Replace("~1", "/").Replace("~0", "~")))
        {
            switch (found)
            {
                case JsonObject members when members.ContainsKey(step):
                    found = members[step];
                    break;
                case JsonArray items when int.TryParse(step, out var index) && index >= 0 && index < items.Count && index.ToString(CultureInfo.InvariantCulture) == step:
                    found = items[index];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static IEnumerable<JsonNode?> Values(string comparison, JsonNode? value) => comparison == "in" ? value!.AsArray() : new JsonNode?[] { value };

    private static IEnumerable<JsonNode?> Many(JsonNode? value) => value is JsonArray all ? all : new JsonNode?[] { value };

    private static DateTime Local(JsonObject condition, PlainRequest request) =>
        TimeZoneInfo.ConvertTime(request.At, TimeZoneInfo.FindSystemTimeZoneById((string?)condition["zone"] ?? "UTC")).DateTime;

    private static bool IsBetween(TimeOnly now, string[] ends)
    {
        var from = TimeOnly.Parse(ends[0], CultureInfo.InvariantCulture);
        if (ends[1] == "24:00")
        {
            return now >= from;
        }

        var to = TimeOnly.Parse(ends[1], CultureInfo.InvariantCulture);
        return from < to ? now >= from && now < to : now >= from || now < to;
    }
}
