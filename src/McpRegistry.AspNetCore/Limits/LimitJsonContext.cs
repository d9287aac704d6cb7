using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Limits;

namespace McpRegistry.AspNetCore.Limits;

[JsonSerializable(typeof(LimitStatus))]
internal sealed partial class LimitJsonContext : JsonSerializerContext
{
    public static LimitJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
