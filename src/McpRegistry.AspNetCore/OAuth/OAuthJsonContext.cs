using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.OAuth;

[JsonSerializable(typeof(ProtectedResourceView))]
internal sealed partial class OAuthJsonContext : JsonSerializerContext
{
    public static OAuthJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
