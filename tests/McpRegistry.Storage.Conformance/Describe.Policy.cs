using System.Text.Json;
using McpRegistry.AccessControl;

namespace McpRegistry.Storage.Conformance;

/// <content>Rules, snapshots and alerts, whose every member is public and of a plain type.</content>
public static partial class Describe
{
    public static string AccessRule(AccessRule? rule) => Plain(rule);

    private static string Plain<T>(T? record)
        where T : class =>
        record is null ? "none" : JsonSerializer.Serialize(record, Indented);
}
