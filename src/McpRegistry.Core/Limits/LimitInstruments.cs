using System.Diagnostics.Metrics;
using McpRegistry.Telemetry;

namespace McpRegistry.Limits;

/// <summary>What limits count. The kind of limit is the only tag: ids have no bound.</summary>
internal sealed class LimitInstruments(RegistryMeter meter)
{
    private readonly Counter<long> _refused = meter.Meter.CreateCounter<long>(
        "mcpregistry.limits.refused", "{request}", "Requests that a limit refused.");

    private readonly Counter<long> _leases = meter.Meter.CreateCounter<long>(
        "mcpregistry.limits.leases", "{lease}", "Slices of quotas that were asked for.");

    private readonly Counter<long> _failures = meter.Meter.CreateCounter<long>(
        "mcpregistry.limits.store_failures", "{failure}", "Questions about quotas that the store did not answer.");

    private readonly Counter<long> _bans = meter.Meter.CreateCounter<long>(
        "mcpregistry.limits.bans", "{ban}", "Addresses that were banned.");

    public void Refused(LimitKind kind) => _refused.Add(1, new KeyValuePair<string, object?>("kind", LimitKinds.Name(kind)));

    public void Leased() => _leases.Add(1);

    public void StoreFailed() => _failures.Add(1);

    public void Banned() => _bans.Add(1);
}
