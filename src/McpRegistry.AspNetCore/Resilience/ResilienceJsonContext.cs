using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Resilience;

[JsonSerializable(typeof(CircuitBreakerView))]
[JsonSerializable(typeof(CircuitBreakerListView))]
internal sealed partial class ResilienceJsonContext : JsonSerializerContext
{
    public static ResilienceJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
