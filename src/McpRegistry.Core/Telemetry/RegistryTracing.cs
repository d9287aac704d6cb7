using System.Diagnostics;

namespace McpRegistry.Telemetry;

/// <summary>The source of all spans of the registry.</summary>
internal static class RegistryTracing
{
    public const string Name = "McpRegistry";

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Gets a value that tells whether anybody wants spans; nothing needs to be done for them otherwise.</summary>
    public static bool IsOn => Source.HasListeners();
}
