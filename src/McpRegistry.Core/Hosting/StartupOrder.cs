namespace McpRegistry.Hosting;

/// <summary>The sequence of the start-up steps.</summary>
internal static class StartupOrder
{
    public const int Storage = 0;
    public const int Writers = 50;
    public const int BootstrapKey = 100;
    public const int SeedData = 150;
    public const int LoadRegistry = 200;
    public const int LoadTenants = 240;
    public const int LoadAccessRules = 250;
    public const int LoadRoutingRules = 255;
    public const int LoadCircuitBreakers = 257;
    public const int LoadLimits = 260;
    public const int DeclaredServers = 300;
}
