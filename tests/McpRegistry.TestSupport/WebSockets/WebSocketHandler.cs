namespace McpRegistry.TestSupport.WebSockets;

/// <summary>Deals with one message of a client.</summary>
public delegate Task WebSocketHandler(WebSocketExchange exchange);
