using System.Diagnostics.Metrics;
using McpRegistry.Protocol;
using McpRegistry.Telemetry;

namespace McpRegistry.Gateway.Caching;

/// <summary>What the response cache counts.</summary>
internal sealed class CacheInstruments(RegistryMeter meter)
{
    private const string Method = "mcp.method.name";

    private readonly Counter<long> _hits = meter.Meter.CreateCounter<long>(
        "mcpregistry.cache.hits", "{request}", "Requests that were answered with a kept response.");

    private readonly Counter<long> _misses = meter.Meter.CreateCounter<long>(
        "mcpregistry.cache.misses", "{request}", "Requests whose response could have been kept, but was not there.");

    private readonly Counter<long> _evictions = meter.Meter.CreateCounter<long>(
        "mcpregistry.cache.evictions", "{response}", "Responses that made room for others before their time.");

    /// <summary>Adds what can be read at any time.</summary>
    public void Observe(Func<long> bytes, Func<int> count)
    {
        meter.Meter.CreateObservableUpDownCounter("mcpregistry.cache.size", bytes, "By", "Bytes of all kept responses.");
        meter.Meter.CreateObservableUpDownCounter("mcpregistry.cache.entries", count, "{response}", "Responses that are kept.");
    }

    public void Hit(McpMethod method) => _hits.Add(1, new KeyValuePair<string, object?>(Method, McpMethods.Name(method)));

    public void Missed(McpMethod method) => _misses.Add(1, new KeyValuePair<string, object?>(Method, McpMethods.Name(method)));

    public void Evicted() => _evictions.Add(1);
}
