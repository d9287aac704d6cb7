using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Auditing;

[JsonSerializable(typeof(VerificationView))]
internal sealed partial class AuditJsonContext : JsonSerializerContext
{
    public static AuditJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
