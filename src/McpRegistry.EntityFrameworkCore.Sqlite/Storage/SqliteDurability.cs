namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

/// <summary>What an acknowledged write survives.</summary>
public enum SqliteDurability
{
    /// <summary>The end of the process, the crash of the system and the loss of power: each commit waits for the disk.</summary>
    Full,

    /// <summary>
    /// The end of the process. The last commits may be gone after a crash of the system or a loss of power; the file stays
    /// sound either way.
    /// </summary>
    Normal,
}
