using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Users;

namespace McpRegistry.EntityFrameworkCore.Users;

internal sealed class UserEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Username { get; set; }

    /// <summary>Gets or sets the user name in the form that decides uniqueness.</summary>
    public required string UsernameKey { get; set; }

    public required string Email { get; set; }

    /// <summary>Gets or sets the address in the form that decides uniqueness.</summary>
    public required string EmailKey { get; set; }

    public string? FullName { get; set; }

    public UserRole Role { get; set; }

    public bool IsActive { get; set; }

    public string? AuthProvider { get; set; }

    public string? AuthProviderId { get; set; }

    public required string Metadata { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
