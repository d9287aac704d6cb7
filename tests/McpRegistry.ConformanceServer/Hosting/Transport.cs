namespace McpRegistry.ConformanceServer.Hosting;

internal enum Transport
{
    Http,
    Stdio,
}
