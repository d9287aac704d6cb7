using System.Text.Json;
using McpRegistry.Configuration;
using McpRegistry.Sessions;

namespace McpRegistry.Storage.Conformance;

/// <content>Configuration and sessions.</content>
public static partial class Describe
{
    public static string Config(SystemConfigEntry? entry) => entry is null
        ? "none"
        : JsonSerializer.Serialize(entry with { Value = entry.Value is null ? null : Json(entry.Value) }, Indented);

    public static string Session(GatewaySession? session) => session is null ? "none" : JsonSerializer.Serialize(session, Indented);
}
