using McpRegistry.Tenancy;

namespace McpRegistry.Users;

/// <summary>A person or service that the registry knows, as the store keeps it. Passwords are the identity provider's matter.</summary>
public sealed record User
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the tenant that the user belongs to; <see cref="TenantId.Global"/> for an operator of the installation.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the name to sign in with, unique in the tenant ignoring case, 1 to 200 characters.</summary>
    public required string Username { get; init; }

    /// <summary>Gets the e-mail address, unique in the tenant ignoring case, 1 to 320 characters.</summary>
    public required string Email { get; init; }

    /// <summary>Gets the name for people; null when it is not known.</summary>
    public string? FullName { get; init; }

    /// <summary>Gets what the user may do where no finer rule decides. Default <see cref="UserRole.User"/>.</summary>
    public UserRole Role { get; init; }

    /// <summary>Gets a value that tells whether the user may use the registry. Default true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Gets the identity provider that vouches for the user, for example <c>azure</c>; null for none.</summary>
    public string? AuthProvider { get; init; }

    /// <summary>Gets the subject at <see cref="AuthProvider"/>; the pair of both is unique in the tenant (exact).</summary>
    public string? AuthProviderId { get; init; }

    /// <summary>
    /// Gets what else is known: a JSON document without repeated members. Stores keep its values; white space and the order
    /// of members may change. Default <c>{}</c>.
    /// </summary>
    public string Metadata { get; init; } = "{}";

    /// <summary>Gets when the user was added, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the row last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the concurrency token: the store raises it with every change and refuses an update that carries an older one.</summary>
    public long Version { get; init; }
}
