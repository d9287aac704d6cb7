namespace McpRegistry.Storage;

/// <summary>What a write did.</summary>
public enum RegistryChangeOperation
{
    /// <summary>The row was added or changed.</summary>
    Saved,

    /// <summary>The row was deleted.</summary>
    Deleted,
}
