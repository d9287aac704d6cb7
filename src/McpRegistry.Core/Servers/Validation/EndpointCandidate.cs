namespace McpRegistry.Servers.Validation;

/// <summary>An endpoint, wherever the user wrote it.</summary>
/// <param name="Path">The prefix of its members in faults: empty for the one written directly on the server.</param>
/// <param name="Definition">Its members.</param>
internal sealed record EndpointCandidate(string Path, EndpointDefinition Definition)
{
    public TransportKind Transport => Definition.Transport ?? Definition switch
    {
        { Command: not null, Url: null } => TransportKind.Stdio,
        { Url: { } url } when IsWebSocket(url) => TransportKind.WebSocket,
        _ => TransportKind.StreamableHttp,
    };

    public static bool IsWrittenDirectly(ServerDefinition definition) =>
        definition.Url is not null || definition.Command is not null || definition.Transport is not null
        || definition.WorkingDirectory is not null || definition.Arguments is { Count: > 0 } || definition.Environment is { Count: > 0 };

    public static IReadOnlyList<EndpointCandidate> ReadAll(ServerDefinition definition)
    {
        var found = new List<EndpointCandidate>();
        if (IsWrittenDirectly(definition))
        {
            found.Add(new EndpointCandidate("", new EndpointDefinition
            {
                Transport = definition.Transport,
                Url = definition.Url,
                Command = definition.Command,
                Arguments = definition.Arguments,
                Environment = definition.Environment,
                WorkingDirectory = definition.WorkingDirectory,
            }));
        }

        found.AddRange(definition.Endpoints.Select((endpoint, i) => new EndpointCandidate($"endpoints[{i}].", endpoint)));
        return found;
    }

    private static bool IsWebSocket(string url) =>
        url.StartsWith("ws:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("wss:", StringComparison.OrdinalIgnoreCase);
}
