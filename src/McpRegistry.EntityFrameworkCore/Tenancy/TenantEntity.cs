using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Tenancy;

/// <summary>A tenant; its id is what every other row carries as its owner.</summary>
internal sealed class TenantEntity : IHasId
{
    public Guid Id { get; set; }

    public required string Slug { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public TenantStatus Status { get; set; }

    public int? MaxServers { get; set; }

    public int? MaxApiKeys { get; set; }

    public required string Settings { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
