namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>What the database has under the name of a view.</summary>
internal enum ViewState
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A view that the registry made.</summary>
    Made,

    /// <summary>Something that the registry did not make, and must not touch.</summary>
    Foreign,
}
