using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.AccessControl;
using McpRegistry.Alerts;
using McpRegistry.Resilience;
using McpRegistry.Routing;

namespace McpRegistry.Storage.Conformance;

/// <content>Rules, snapshots and alerts, whose every member is public and of a plain type.</content>
public static partial class Describe
{
    public static string AccessRule(AccessRule? rule) => Plain(rule);

    public static string RoutingRule(RoutingRule? rule) =>
        Plain(rule is null ? null : rule with { Conditions = Json(rule.Conditions), Targets = Json(rule.Targets) });

    public static string Breaker(CircuitBreakerSnapshot? snapshot) => Plain(snapshot);

    public static string Pool(ConnectionPoolSnapshot? snapshot) => Plain(snapshot);

    public static string Queue(RequestQueueSnapshot? snapshot) => Plain(snapshot);

    public static string Alert(PerformanceAlert? alert) => Plain(alert);

    /// <summary>Writes a document with its members in one order and its numbers in one form.</summary>
    public static string Json(string text) => Order(JsonNode.Parse(text))?.ToJsonString() ?? "null";

    private static string Plain<T>(T? record)
        where T : class =>
        record is null ? "none" : JsonSerializer.Serialize(record, Indented);

    private static JsonNode? Order(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Order(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Order)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(value.GetValue<double>()),
        _ => node?.DeepClone(),
    };
}
