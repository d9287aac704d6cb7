namespace McpRegistry.Upstream;

internal sealed class OutboundAddressException(string message) : IOException(message);
