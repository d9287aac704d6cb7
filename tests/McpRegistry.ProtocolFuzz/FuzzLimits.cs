namespace McpRegistry.ProtocolFuzz;

/// <summary>What both sides of the gateway have to know of its settings.</summary>
internal static class FuzzLimits
{
    /// <summary>The largest message of a server; small enough to go beyond it often.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;
}
