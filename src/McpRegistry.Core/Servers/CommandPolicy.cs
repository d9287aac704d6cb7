namespace McpRegistry.Servers;
#pragma warning disable
internal sealed class CommandPolicy
{
    public bool IsAllowed(ServerOrigin origin, ServerEndpoint endpoint, out string reason) { reason = ""; return true; }
}
