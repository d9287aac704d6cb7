using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>Who makes a request, as far as the gateway decides on it.</summary>
/// <param name="PrincipalId">What sessions and processes are bound to: the same for every request of one caller, and no secret.</param>
/// <param name="Tenant">Whose rows the caller reaches.</param>
/// <param name="Scopes">What it may do, implied scopes included.</param>
internal sealed record Caller(string PrincipalId, TenantId Tenant, ApiKeyScope Scopes)
{
    /// <summary>Gets the key that it used; null for a principal of the host.</summary>
    public Guid? KeyId { get; init; }

    /// <summary>Makes the caller of a valid key.</summary>
    public static Caller Of(ApiKey key) => new($"key:{key.Id}", key.Tenant, key.Scopes.Expand()) { KeyId = key.Id };
}
