namespace McpRegistry.Discovery;

/// <summary>How a discovery changed a catalogue.</summary>
/// <param name="Added">Items that are new.</param>
/// <param name="Changed">Items whose JSON or place changed.</param>
/// <param name="Removed">Items that are gone.</param>
public readonly record struct CatalogueChange(int Added, int Changed, int Removed)
{
    /// <summary>Gets a value that tells whether anything changed.</summary>
    public bool Any => Added + Changed + Removed > 0;
}
