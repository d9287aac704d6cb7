namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>What a context is opened for; a database may keep connections of its own for each.</summary>
internal enum ConnectionUse
{
    /// <summary>Short queries.</summary>
    Read,

    /// <summary>Writes, migrations and bulk inserts.</summary>
    Write,

    /// <summary>Long queries over much data, which must not keep the others waiting.</summary>
    Analytics,
}
