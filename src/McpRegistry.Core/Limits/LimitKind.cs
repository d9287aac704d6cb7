namespace McpRegistry.Limits;

/// <summary>The limits, in the order in which a request meets them.</summary>
internal enum LimitKind
{
    Ban,
    Global,
    FairShare,
    Tenant,
    User,
    Key,
    Address,
    KeyHour,
    KeyDay,
    TenantHour,
    TenantDay,
    Tool,
}
