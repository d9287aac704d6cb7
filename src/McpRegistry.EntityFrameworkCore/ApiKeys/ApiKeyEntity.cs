using McpRegistry.ApiKeys;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

internal sealed class ApiKeyEntity
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Name { get; set; }

    public required string LookupId { get; set; }

    public required byte[] Salt { get; set; }

    public required byte[] KeyHash { get; set; }

    public required string LastFour { get; set; }

    public ApiKeyScope Scopes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
