namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>
/// A part of the servers that a tenant may see. The parts do not overlap, and each has an index that holds the order of a
/// discovery, which no index could hold over all of them.
/// </summary>
internal enum SearchBranch
{
    /// <summary>The servers of the tenant itself.</summary>
    Own,

    /// <summary>Those that belong to no tenant.</summary>
    Global,

    /// <summary>Those that other tenants offer to everyone.</summary>
    Public,
}
