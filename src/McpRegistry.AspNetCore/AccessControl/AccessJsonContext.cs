using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.AccessControl;

[JsonSerializable(typeof(AccessRuleView))]
[JsonSerializable(typeof(AccessRuleListView))]
[JsonSerializable(typeof(ExplanationView))]
internal sealed partial class AccessJsonContext : JsonSerializerContext
{
    public static AccessJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
