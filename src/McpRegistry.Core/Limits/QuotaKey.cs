using McpRegistry.Tenancy;

namespace McpRegistry.Limits;

/// <summary>One quota: whose, and for which time.</summary>
internal readonly record struct QuotaKey(TenantId Tenant, Guid Subject, QuotaPeriod Period)
{
    public TimeSpan Length => Period == QuotaPeriod.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);

    /// <summary>Gets the window that a time falls into. .NET counts days from a midnight, so that dividing aligns both periods.</summary>
    public QuotaWindow At(DateTimeOffset now) => new(Subject, Period, new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Length.Ticks), TimeSpan.Zero));
}
