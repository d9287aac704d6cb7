using System.Collections.Immutable;
using System.Text.Json;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>Says which upstreams are missing from a merged answer and why.</summary>
internal static class UpstreamOutcomes
{
    /// <summary>Tells whether an enabled server is missing.</summary>
    public static bool AnyMissing(ImmutableArray<ServerEntry> servers) => servers.Any(IsMissing);

    /// <summary>Writes an object with one member per missing server.</summary>
    public static void Write(Utf8JsonWriter json, ImmutableArray<ServerEntry> servers)
    {
        json.WriteStartObject();
        foreach (var entry in servers.Where(IsMissing))
        {
            var absence = entry.Absence;
            json.WriteStartObject(entry.Server.Alias);
            json.WriteString("status"u8, "missing"u8);
            json.WriteString("reason"u8, absence.Reason);
            json.WriteString("message"u8, absence.Message);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>A server that the operator switched off is not missed.</summary>
    private static bool IsMissing(ServerEntry entry) => entry.Server.Enabled && !entry.IsServed;
}
