namespace McpRegistry.Maintenance;

/// <summary>What became of the creation, refresh or drop of a materialised view.</summary>
public enum MaterializedViewOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>No such view is registered.</summary>
    NotFound,

    /// <summary>The store has no materialised views.</summary>
    NotSupported,

    /// <summary>The view is registered but was not created yet.</summary>
    NotCreated,

    /// <summary>The definition is not allowed, or the database refused it.</summary>
    Refused,

    /// <summary>The database has something of this name that the registry did not make.</summary>
    NameTaken,
}
