using McpRegistry.AccessControl;
using McpRegistry.Analytics;
using McpRegistry.Auditing;
using McpRegistry.Resilience;

namespace McpRegistry.Writers;

/// <summary>All writers of the host.</summary>
internal sealed class BackgroundWriters(
    RequestLogWriter log, UsageCounter usage, AuditWriter audit, CallAuditWriter calls, AccessRuleUses access, CircuitStateWriter breakers) : IBackgroundWriter
{
    private readonly IBackgroundWriter[] _all = [log, usage, audit, calls, access, breakers];

    public void Start()
    {
        foreach (var writer in _all)
        {
            writer.Start();
        }
    }

    /// <summary>Side by side, so that the time limit of one is that of all.</summary>
    public Task StopAsync() => Task.WhenAll(_all.Select(static writer => writer.StopAsync()));
}
