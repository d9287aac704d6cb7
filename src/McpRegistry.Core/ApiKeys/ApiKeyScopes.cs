namespace McpRegistry.ApiKeys;

/// <summary>What a scope brings with it.</summary>
internal static class ApiKeyScopes
{
    public const ApiKeyScope All =
        ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Admin | ApiKeyScope.Proxy | ApiKeyScope.Metrics | ApiKeyScope.Health;

    /// <summary>Adds what is implied: admin brings all others, write brings read.</summary>
    public static ApiKeyScope Expand(this ApiKeyScope granted)
    {
        if ((granted & ApiKeyScope.Admin) != ApiKeyScope.None)
        {
            return All;
        }

        return (granted & ApiKeyScope.Write) != ApiKeyScope.None ? granted | ApiKeyScope.Read : granted;
    }

    /// <summary>Tells whether everything that is needed was granted or is implied.</summary>
    public static bool Allows(this ApiKeyScope granted, ApiKeyScope needed) => (granted.Expand() & needed) == needed;
}
