using System.Text.Json.Serialization;

namespace McpRegistry.AspNetCore.Http;

[JsonSerializable(typeof(Problem))]
internal sealed partial class HttpJsonContext : JsonSerializerContext
{
    public static HttpJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
