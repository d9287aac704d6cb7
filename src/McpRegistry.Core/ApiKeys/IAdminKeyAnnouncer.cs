namespace McpRegistry.ApiKeys;

/// <summary>Shows a new admin key to the operator, once.</summary>
internal interface IAdminKeyAnnouncer
{
    Task AnnounceAsync(string key, CancellationToken cancellationToken);
}
