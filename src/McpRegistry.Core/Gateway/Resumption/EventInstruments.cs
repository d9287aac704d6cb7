using System.Diagnostics.Metrics;
using McpRegistry.Telemetry;

namespace McpRegistry.Gateway.Resumption;

/// <summary>What the event buffer counts.</summary>
internal sealed class EventInstruments(RegistryMeter meter)
{
    private readonly Counter<long> _evictions = meter.Meter.CreateCounter<long>(
        "mcpregistry.events.evictions", "{event}", "Events that made room for others before their time.");

    private readonly Counter<long> _resumptions = meter.Meter.CreateCounter<long>(
        "mcpregistry.events.resumptions", "{stream}", "Streams that a client came back for.");

    private readonly Counter<long> _losses = meter.Meter.CreateCounter<long>(
        "mcpregistry.events.losses", "{stream}", "Streams that a client came back for after a part of it was gone.");

    /// <summary>Adds what can be read at any time.</summary>
    public void Observe(Func<long> bytes, Func<int> count)
    {
        meter.Meter.CreateObservableUpDownCounter("mcpregistry.events.size", bytes, "By", "Bytes of all kept events.");
        meter.Meter.CreateObservableUpDownCounter("mcpregistry.events.entries", count, "{event}", "Events that are kept.");
    }

    public void Evicted() => _evictions.Add(1);

    public void Resumed() => _resumptions.Add(1);

    public void Lost() => _losses.Add(1);
}
