namespace McpRegistry.Maintenance;

/// <summary>What became of the upkeep of a database.</summary>
public enum DatabaseUpkeepOutcome
{
    /// <summary>It was done.</summary>
    Success,

    /// <summary>Another replica is at it.</summary>
    Busy,

    /// <summary>It was done a short while ago, by this or another replica.</summary>
    Recent,

    /// <summary>The store needs none.</summary>
    NotSupported,
}
