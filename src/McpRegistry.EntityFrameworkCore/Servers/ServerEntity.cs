using McpRegistry.Servers;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal sealed class ServerEntity
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Name { get; set; }

    /// <summary>Gets or sets the name in the form that decides uniqueness.</summary>
    public required string NameKey { get; set; }

    public required string Alias { get; set; }

    public string? Description { get; set; }

    public required string[] Tags { get; set; }

    public ServerOrigin Origin { get; set; }

    public SessionIsolation Isolation { get; set; }

    public bool Enabled { get; set; }

    public ServerHealth HealthStatus { get; set; }

    public DateTimeOffset? LastHealthCheck { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
