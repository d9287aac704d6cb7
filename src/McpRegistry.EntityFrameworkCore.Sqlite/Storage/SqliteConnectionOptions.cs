using System.ComponentModel.DataAnnotations;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

/// <summary>What each connection to the file is set to.</summary>
public sealed class SqliteConnectionOptions
{
    /// <summary>Gets or sets what an acknowledged write survives. Default <see cref="SqliteDurability.Full"/>.</summary>
    [EnumDataType(typeof(SqliteDurability))]
    public SqliteDurability Durability { get; set; } = SqliteDurability.Full;

    /// <summary>
    /// Gets or sets a value that tells whether the first 256 MiB of the file are mapped into memory. Default true. The pages
    /// are those of the system's cache, shared by all connections. Switch it off where the file is on a network drive: a
    /// read error of a mapped page ends the process.
    /// </summary>
    public bool MemoryMapping { get; set; } = true;
}
