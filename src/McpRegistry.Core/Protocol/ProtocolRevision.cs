using McpRegistry.Servers;

namespace McpRegistry.Protocol;

/// <summary>The revisions of MCP that the gateway serves, and their order.</summary>
internal static class ProtocolRevision
{
    public const string Modern = "2026-07-28";
    public const string NewestLegacy = "2025-11-25";
    public const string June2025 = "2025-06-18";
    public const string March2025 = "2025-03-26";

    /// <summary>The HTTP+SSE revision: spoken to upstreams only.</summary>
    public const string OldestUpstream = "2024-11-05";

    /// <summary>
    /// What can be used without a handshake: the content of <c>supportedVersions</c>, and of the error that names what a request may
    /// say instead.
    /// </summary>
    public static readonly string[] Stateless = [Modern];

    public static bool IsModern(string? revision) => string.Equals(revision, Modern, StringComparison.Ordinal);

    public static bool IsLegacy(string? revision) => revision is NewestLegacy or June2025 or March2025;

    /// <summary>Revisions are dates, so text order is time order.</summary>
    public static bool IsBefore(string revision, string other) => string.CompareOrdinal(revision, other) < 0;

    /// <summary>
    /// Tells the era that a version header speaks of. An unknown date from 2026-07-28 on is modern and gets a version
    /// error of that era; an older or unreadable one is legacy.
    /// </summary>
    public static ProtocolEra EraOf(string? revision) =>
        revision is [>= '2' and <= '9', ..] && string.CompareOrdinal(revision, Modern) >= 0 ? ProtocolEra.Modern : ProtocolEra.Legacy;

    /// <summary>The legacy revision to answer <c>initialize</c> with: the one asked for, else the newest.</summary>
    public static string Negotiate(string? requested) => IsLegacy(requested) ? requested! : NewestLegacy;
}
