namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>Names that a host needs to combine API keys with its own authentication.</summary>
public static class ApiKeyDefaults
{
    /// <summary>The authentication scheme.</summary>
    public const string AuthenticationScheme = "McpRegistry.ApiKey";

    /// <summary>The header that carries a key, beside <c>Authorization: Bearer</c>.</summary>
    public const string HeaderName = "X-Api-Key";
}
