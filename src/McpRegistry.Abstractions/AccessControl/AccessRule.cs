using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>What one user, tenant or key may do with one server, and when.</summary>
public sealed record AccessRule
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the owner of the rule. The server may belong to another tenant, or to none.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the server. The rule is deleted with it.</summary>
    public required Guid ServerId { get; init; }

    /// <summary>Gets whom the rule is about. A user or key that a rule is about is not deleted before it.</summary>
    public required AccessSubject Subject { get; init; }

    /// <summary>Gets what the subject may do. Default <see cref="AccessPermissions.Read"/> and <see cref="AccessPermissions.Proxy"/>.</summary>
    public AccessPermissions Permissions { get; init; } = AccessPermissions.Read | AccessPermissions.Proxy;

    /// <summary>Gets the MCP methods that may be called; none for all.</summary>
    public ImmutableArray<string> AllowedMethods { get; init; } = [];

    /// <summary>Gets the MCP methods that may not be called, whatever <see cref="AllowedMethods"/> says.</summary>
    public ImmutableArray<string> DeniedMethods { get; init; } = [];

    /// <summary>Gets the days of the week on which the rule grants anything, 0 (Monday) to 6 (Sunday); none for all.</summary>
    public ImmutableArray<int> AllowedDays { get; init; } = [];

    /// <summary>Gets the hours of the day in which the rule grants anything, 0 to 23; none for all.</summary>
    public ImmutableArray<int> AllowedHours { get; init; } = [];

    /// <summary>Gets the time zone of the days and hours by its IANA name; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Gets when the rule begins to hold, UTC; null for at once.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Gets when the rule ceases to hold, UTC; null for never.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Gets a value that tells whether the rule is switched on. Default true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Gets when the rule last let a call through, UTC; null before the first. Only the recording of accesses changes it.</summary>
    public DateTimeOffset? LastAccess { get; init; }

    /// <summary>Gets how many calls the rule let through. Only the recording of accesses changes it.</summary>
    public long AccessCount { get; init; }

    /// <summary>Gets when the rule was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the rule last changed, UTC; accesses do not count as changes.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// Gets the concurrency token: the store raises it with every change of the rule and refuses an update that carries an
    /// older one.
    /// </summary>
    public long Version { get; init; }
}
