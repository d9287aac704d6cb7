using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Tenancy;

/// <summary>What requests ask of a tenant.</summary>
/// <param name="id">The tenant.</param>
/// <param name="slug">Its short name.</param>
/// <param name="status">Whether it may use the registry.</param>
/// <param name="version">The version of the row that this was read from.</param>
/// <param name="ending">Cancelled when the tenant is shut out.</param>
[SuppressMessage("Design", "CA1001", Justification = "Requests that end later still ask for the token; the source holds no timer.")]
internal sealed class KnownTenant(TenantId id, string slug, TenantStatus status, long version, CancellationTokenSource ending)
{
    public TenantId Id => id;

    public string Slug => slug;

    public TenantStatus Status => status;

    public long Version => version;

    public CancellationTokenSource Ending => ending;

    public bool IsActive => status == TenantStatus.Active;
}
