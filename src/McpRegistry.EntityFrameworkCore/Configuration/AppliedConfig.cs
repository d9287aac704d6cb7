namespace McpRegistry.EntityFrameworkCore.Configuration;

/// <summary>A row that applies to a tenant.</summary>
internal sealed class AppliedConfig
{
    public required SystemConfigEntity Entry { get; init; }

    /// <summary>Gets a value that tells whether the row overrides a sensitive value, and so is sensitive itself.</summary>
    public bool OverridesSensitive { get; init; }
}
