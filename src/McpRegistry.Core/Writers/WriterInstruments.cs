using System.Diagnostics.Metrics;
using McpRegistry.Telemetry;

namespace McpRegistry.Writers;

/// <summary>What the writers count.</summary>
internal sealed class WriterInstruments(RegistryMeter meter)
{
    /// <summary>Gets the count of what was lost, with the tags <c>kind</c> and <c>reason</c>.</summary>
    public Counter<long> Dropped { get; } = meter.Meter.CreateCounter<long>(
        "mcpregistry.writer.dropped", "{item}", "Rows that a background writer could not keep.");

    /// <summary>Gets the count of what was written, with the tag <c>kind</c>.</summary>
    public Counter<long> Written { get; } = meter.Meter.CreateCounter<long>(
        "mcpregistry.writer.written", "{item}", "Rows that a background writer stored.");
}
