namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>The claims that the registry and the gateway decide on. A host that authenticates by other means issues the same.</summary>
public static class McpRegistryClaimTypes
{
    /// <summary>
    /// The tenant (GUID, or the slug in what a host issues) whose rows the caller reaches; missing means the global tenant.
    /// </summary>
    public const string Tenant = "mcpregistry:tenant";

    /// <summary>The id (GUID) of the key that was presented.</summary>
    public const string KeyId = "mcpregistry:key_id";

    /// <summary>One scope a claim: <c>read</c>, <c>write</c>, <c>admin</c>, <c>proxy</c>, <c>metrics</c> or <c>health</c>, implied ones included.</summary>
    public const string Scope = "mcpregistry:scope";
}
