using System.Text.Json.Nodes;

namespace McpRegistry.Auditing;

/// <summary>What an event tells beyond its members, and the bounds of that.</summary>
internal static class AuditDetails
{
    /// <summary>The most characters of <see cref="AuditEvent.Details"/>.</summary>
    public const int MaxLength = 65_536;

    private const string Principal = "principal";

    /// <summary>Identity providers use up to 255; a text of a client's choice must not crowd out the rest.</summary>
    private const int MaxPrincipal = 1_000;

    /// <summary>Begins the details of an event with who the principal of the host is; without one they are empty.</summary>
    public static JsonObject Begin(string? principal) => principal is null
        ? []
        : new JsonObject { [Principal] = principal.Length > MaxPrincipal ? principal[..MaxPrincipal] : principal };
}
