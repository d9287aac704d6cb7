using McpRegistry.Tenancy;

namespace McpRegistry.Limits;

/// <summary>What a replica reports of its leases, and gives back.</summary>
public sealed record QuotaSettlement
{
    /// <summary>Gets the owner of the key, or the tenant itself.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets the window.</summary>
    public required QuotaWindow Window { get; init; }

    /// <summary>Gets the epoch of the leases.</summary>
    public required long Epoch { get; init; }

    /// <summary>Gets how many leased calls were made since the last report, at least 0.</summary>
    public int Spent { get; init; }

    /// <summary>Gets how many leased calls will not be made, at least 0.</summary>
    public int Returned { get; init; }
}
