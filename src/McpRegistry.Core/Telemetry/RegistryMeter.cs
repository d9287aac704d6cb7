using System.Diagnostics.Metrics;

namespace McpRegistry.Telemetry;

/// <summary>The meter that all instruments of the registry belong to.</summary>
/// <param name="factory">The host's factory; null makes a meter that belongs to nobody.</param>
internal sealed class RegistryMeter(IMeterFactory? factory = null) : IDisposable
{
    public const string Name = "McpRegistry";

    public Meter Meter { get; } = factory?.Create(Name) ?? new Meter(Name);

    public void Dispose() => Meter.Dispose();
}
