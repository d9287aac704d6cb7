using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.ApiKeys;

[JsonSerializable(typeof(ApiKeyView))]
[JsonSerializable(typeof(NewApiKeyView))]
[JsonSerializable(typeof(ApiKeyListView))]
internal sealed partial class ApiKeyJsonContext : JsonSerializerContext
{
    public static ApiKeyJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
