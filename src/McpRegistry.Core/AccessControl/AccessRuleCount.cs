using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>Counts the calls that one rule let through since the last recording. Counting takes no lock and no memory.</summary>
internal sealed class AccessRuleCount(TenantId tenant, Guid ruleId)
{
    private long _count;
    private long _lastTicks;

    public TenantId Tenant => tenant;

    public void Add(DateTimeOffset at)
    {
        // In this order: whoever takes the count finds a time with it.
        Volatile.Write(ref _lastTicks, at.UtcTicks);
        Interlocked.Increment(ref _count);
    }

    /// <summary>Takes what was counted; null when it is nothing.</summary>
    public AccessRuleUse? Take() => Interlocked.Exchange(ref _count, 0) is > 0 and var count
        ? new AccessRuleUse(ruleId, count, new DateTimeOffset(Volatile.Read(ref _lastTicks), TimeSpan.Zero))
        : null;

    /// <summary>Gives back what could not be recorded.</summary>
    public void GiveBack(AccessRuleUse use) => Interlocked.Add(ref _count, use.Count);
}
