namespace McpRegistry.Maintenance;

/// <summary>When a materialised view is computed anew.</summary>
public enum RefreshStrategy
{
    /// <summary>When somebody asks for it.</summary>
    Manual,

    /// <summary>At an interval.</summary>
    Scheduled,

    /// <summary>After writes to the tables it names.</summary>
    Triggered,
}
