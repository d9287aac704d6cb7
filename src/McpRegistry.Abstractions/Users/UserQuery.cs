namespace McpRegistry.Users;

/// <summary>Which users of a tenant to list, and which page of them.</summary>
public sealed record UserQuery
{
    /// <summary>Gets the role that the users have; null (the default) for any.</summary>
    public UserRole? Role { get; init; }

    /// <summary>Gets whether the users are active; null (the default) for both.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Gets the user name after which the page begins, ignoring case; null (the default) for the first page.</summary>
    public string? AfterUsername { get; init; }

    /// <summary>Gets the most users to return, 1 to 1,000. Default 100.</summary>
    public int Limit { get; init; } = 100;
}
