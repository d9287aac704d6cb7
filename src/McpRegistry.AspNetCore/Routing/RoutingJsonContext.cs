using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Routing;

[JsonSerializable(typeof(RoutingRuleView))]
[JsonSerializable(typeof(RoutingRuleListView))]
[JsonSerializable(typeof(RouteExplanationView))]
[JsonSerializable(typeof(DryRunView))]
[JsonSerializable(typeof(RouterMetricsView))]
[JsonSerializable(typeof(ActiveRequestListView))]
internal sealed partial class RoutingJsonContext : JsonSerializerContext
{
    public static RoutingJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
