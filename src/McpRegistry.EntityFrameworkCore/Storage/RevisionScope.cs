namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Whose writes a revision row counts. It keeps the row of all tenants apart from the row of the global tenant, which
/// has the same (all-zero) tenant id.
/// </summary>
internal enum RevisionScope
{
    Tenant,
    All,
}
