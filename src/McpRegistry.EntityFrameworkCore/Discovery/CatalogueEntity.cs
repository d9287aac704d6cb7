using McpRegistry.EntityFrameworkCore.Servers;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>What the four kinds of catalogue rows have in common; each kind has a table of its own.</summary>
internal abstract class CatalogueEntity : IServerChild
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public required string Key { get; set; }

    /// <summary>
    /// Gets or sets the SHA-256 of <see cref="Key"/>. It carries the unique index: a key may be longer (a data URI) than
    /// what a B-tree of PostgreSQL takes.
    /// </summary>
    public required byte[] KeyHash { get; set; }

    public int Ordinal { get; set; }

    public string? Title { get; set; }

    public string? Description { get; set; }

    public string? MimeType { get; set; }

    public required byte[] Json { get; set; }

    public long TotalCalls { get; set; }

    public long SuccessCount { get; set; }

    public long ErrorCount { get; set; }

    /// <summary>Gets or sets the mean over all calls in milliseconds; null before the first.</summary>
    public double? AvgExecutionTime { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class ToolEntity : CatalogueEntity;

internal sealed class ResourceEntity : CatalogueEntity;

internal sealed class ResourceTemplateEntity : CatalogueEntity;

internal sealed class PromptEntity : CatalogueEntity;
