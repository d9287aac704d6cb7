using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Configuration;

internal static class SystemConfigReader
{
    /// <summary>Narrows rows to those that apply to a tenant: its own, and the global ones that it does not override.</summary>
    public static IQueryable<AppliedConfig> Applying(IQueryable<SystemConfigEntity> rows, TenantId tenant)
    {
        var own = tenant.Value;
        var global = TenantId.Global.Value;
        return rows
            .Where(x => x.TenantId == own
                || (x.TenantId == global && !rows.Any(other => other.Key == x.Key && other.TenantId == own)))
            .Select(x => new AppliedConfig
            {
                Entry = x,
                OverridesSensitive = rows.Any(other => other.Key == x.Key && other.TenantId == global && other.IsSensitive),
            });
    }
}
