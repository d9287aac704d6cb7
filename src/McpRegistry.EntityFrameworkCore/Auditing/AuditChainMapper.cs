using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal static class AuditChainMapper
{
    public static AuditChainHead ToRecord(AuditChainEntity entity) => new()
    {
        Tenant = new TenantId(entity.TenantId),
        Sequence = entity.Sequence,
        Hash = entity.Hash,
        AnchorSequence = entity.AnchorSequence,
        AnchorHash = entity.AnchorHash,
        StartedAt = entity.StartedAt,
        UnchainedBefore = entity.UnchainedBefore,
    };
}
