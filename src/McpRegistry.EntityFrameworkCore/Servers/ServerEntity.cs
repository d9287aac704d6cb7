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

    /// <summary>Gets or sets the description in the form in which it is searched without case, as <see cref="NameKey"/> is.</summary>
    public string? DescriptionKey { get; set; }

    public required string[] Tags { get; set; }

    public ServerOrigin Origin { get; set; }

    public SessionIsolation Isolation { get; set; }

    public Guid? OwnerId { get; set; }

    public ServerVisibility Visibility { get; set; }

    public bool Enabled { get; set; }

    public CredentialDocument? Credential { get; set; }

    public ServerHealth HealthStatus { get; set; }

    /// <summary>Gets or sets the place of <see cref="HealthStatus"/> in lists, so that an index can hold their order.</summary>
    public int HealthRank { get; set; }

    public DateTimeOffset? LastHealthCheck { get; set; }

    /// <summary>Gets or sets the mean of the last calls in milliseconds; null before the first.</summary>
    public double? AvgResponseTime { get; set; }

    /// <summary>Gets or sets <see cref="AvgResponseTime"/>, or a number after every time, so that an index can hold the order.</summary>
    public double ResponseOrder { get; set; }

    /// <summary>Gets or sets the share of the last calls that succeeded, 0 to 1; null before the first.</summary>
    public double? SuccessRate { get; set; }

    public int? ActiveConnections { get; set; }

    public long RequestCount { get; set; }

    public long ErrorCount { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
