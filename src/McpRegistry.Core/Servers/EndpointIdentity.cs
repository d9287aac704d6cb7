namespace McpRegistry.Servers;

/// <summary>
/// Tells whether two endpoints are the same place: same transport, URL, command and arguments. Such an endpoint keeps its
/// id and its secrets when the definition around it changes.
/// </summary>
internal static class EndpointIdentity
{
    public static bool Matches(ServerEndpoint stored, TransportKind transport, EndpointDefinition definition) =>
        stored.Transport == transport
        && string.Equals(stored.Url, definition.Url, StringComparison.Ordinal)
        && string.Equals(stored.Command, definition.Command, StringComparison.Ordinal)
        && stored.Arguments.SequenceEqual(definition.Arguments, StringComparer.Ordinal);
}
