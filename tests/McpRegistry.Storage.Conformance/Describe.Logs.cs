using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.Analytics;
using McpRegistry.Auditing;
using McpRegistry.Health;

namespace McpRegistry.Storage.Conformance;

public static partial class Describe
{
    public static string AuditEvent(AuditEvent row) => JsonSerializer.Serialize(row with { Details = SortedMembers(row.Details) }, Indented);

    public static string McpEntry(McpAuditEntry row) => JsonSerializer.Serialize(row, Indented);

    public static string Request(RequestLogEntry row) => JsonSerializer.Serialize(row, Indented);

    public static string Metric(ServerMetric row) => JsonSerializer.Serialize(row with { CustomMetrics = SortedMembers(row.CustomMetrics) }, Indented);

    public static string HealthCheck(HealthCheckRecord row) => JsonSerializer.Serialize(row, Indented);

    public static string Usage(UsageTotals? row) => JsonSerializer.Serialize(row, Indented);

    /// <summary>A store may change white space and the order of members.</summary>
    private static string SortedMembers(string json) => SortedMembers(JsonNode.Parse(json))!.ToJsonString();

    private static JsonNode? SortedMembers(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, SortedMembers(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(SortedMembers)]),
        _ => node?.DeepClone(),
    };
}
