namespace McpRegistry.Configuration;

/// <summary>What became of a write to the system configuration.</summary>
public enum SystemConfigOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>The owner has no such row.</summary>
    NotFound,

    /// <summary>The owner has a row of this key, or there is one with this id.</summary>
    Conflict,

    /// <summary>The row changed since it was read.</summary>
    Stale,

    /// <summary>The value may not change while the host runs.</summary>
    NotRuntimeConfigurable,

    /// <summary>A value is missing: a sensitive one only becomes readable together with a new value.</summary>
    ValueRequired,
}
