namespace McpRegistry.Protocol;

/// <summary>The three shapes of a JSON-RPC message.</summary>
internal enum MessageKind
{
    Request,
    Notification,
    Response,
}
