using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tenancy;

[JsonSerializable(typeof(TenantView))]
[JsonSerializable(typeof(TenantListView))]
internal sealed partial class TenantJsonContext : JsonSerializerContext
{
    public static TenantJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
