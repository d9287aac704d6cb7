using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Limits;

namespace McpRegistry.EntityFrameworkCore.Limits;

/// <summary>How much of one hour or day of a quota is given out.</summary>
internal sealed class QuotaWindowEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid SubjectId { get; set; }

    public QuotaPeriod Period { get; set; }

    public DateTimeOffset StartsAt { get; set; }

    public long Leased { get; set; }

    public long Spent { get; set; }

    public long Epoch { get; set; }
}
