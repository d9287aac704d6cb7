using McpRegistry.Storage;

namespace McpRegistry.Auditing;

/// <summary>Which entries of an audit trail to find. What is null does not matter; text is compared exactly.</summary>
public sealed record AuditQuery
{
    /// <summary>Gets the action.</summary>
    public string? Action { get; init; }

    /// <summary>Gets the kind of the resource.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Gets the id of the resource.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Gets the user who acted.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Gets the API key that was used.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>Gets the source. A search for MCP calls always means <see cref="AuditSource.Mcp"/>.</summary>
    public AuditSource? Source { get; init; }

    /// <summary>Gets whether it was done.</summary>
    public bool? Success { get; init; }

    /// <summary>Gets the first time that is wanted, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the end of the time that is wanted, exclusive.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the last row of the page before; null starts at the newest row.</summary>
    public RowPosition? After { get; init; }

    /// <summary>Gets the most rows of a page, 1 to 1,000. Default 100.</summary>
    public int Limit { get; init; } = 100;
}
