using System.Diagnostics.Metrics;
using McpRegistry.Telemetry;

namespace McpRegistry.Routing;

/// <summary>What routing counts.</summary>
internal sealed class RoutingInstruments(RegistryMeter meter)
{
    private readonly Counter<long> _mirrored = meter.Meter.CreateCounter<long>(
        "mcpregistry.routing.mirrored", "{request}", "Copies of calls, by the server that they went to and how they ended.");

    public void Mirrored(string alias, string outcome) => _mirrored.Add(
        1, new KeyValuePair<string, object?>("mcp_registry.server", alias), new KeyValuePair<string, object?>("outcome", outcome));
}
