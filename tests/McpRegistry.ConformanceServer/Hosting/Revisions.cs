namespace McpRegistry.ConformanceServer.Hosting;

/// <summary>The revisions that this server speaks, newest first.</summary>
internal static class Revisions
{
    public const string Modern = "2026-07-28";

    public const string NewestLegacy = "2025-11-25";

    /// <summary>The one revision whose POST bodies may be arrays.</summary>
    public const string WithBatches = "2025-03-26";

    public static readonly string[] AllLegacy = [NewestLegacy, "2025-06-18", WithBatches, "2024-11-05"];

    // Revisions are dates, so their order is that of their text.
    public static bool IsModern(string? revision) => string.CompareOrdinal(revision, Modern) >= 0;
}
