namespace McpRegistry.ConformanceServer.Hosting;

internal enum Era
{
    Modern,
    Legacy,
}
