using System.Collections.Immutable;

namespace McpRegistry.AccessControl;

/// <summary>An access rule as a user writes it, in code or in a REST body.</summary>
public sealed record AccessRuleDefinition
{
    /// <summary>Gets the server, which must exist for the tenant: its own, a global one, or one that is shared with it.</summary>
    public Guid ServerId { get; init; }

    /// <summary>
    /// Gets whom the rule is about: a user or key of the tenant, the tenant itself, or, for a server of its own, any other tenant
    /// to share it with.
    /// </summary>
    public AccessSubject Subject { get; init; }

    /// <summary>Gets what the subject may do. Default <see cref="AccessPermissions.Read"/> and <see cref="AccessPermissions.Proxy"/>.</summary>
    public AccessPermissions Permissions { get; init; } = AccessPermissions.Read | AccessPermissions.Proxy;

    /// <summary>Gets the MCP methods that may be called, such as <c>tools/call</c>; none (the default) for all.</summary>
    public ImmutableArray<string> AllowedMethods { get; init; } = [];

    /// <summary>Gets the MCP methods that may not be called, whatever any rule allows. Default none.</summary>
    public ImmutableArray<string> DeniedMethods { get; init; } = [];

    /// <summary>Gets the days on which the rule holds, 0 (Monday) to 6 (Sunday); none (the default) for all.</summary>
    public ImmutableArray<int> AllowedDays { get; init; } = [];

    /// <summary>Gets the hours in which the rule holds, 0 to 23; none (the default) for all.</summary>
    public ImmutableArray<int> AllowedHours { get; init; } = [];

    /// <summary>Gets the time zone of the days and hours by its IANA name; null (the default) for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Gets when the rule begins to hold; null (the default) for at once.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Gets when the rule ceases to hold, later than <see cref="StartsAt"/>; null (the default) for never.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Gets a value that tells whether the rule is switched on. Default true.</summary>
    public bool IsActive { get; init; } = true;
}
