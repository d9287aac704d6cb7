namespace McpRegistry.Servers.Validation;

/// <summary>Which members go with which transport.</summary>
internal sealed class TransportRule : IServerRule
{
    public void Check(ServerCandidate candidate)
    {
        if (!Enum.IsDefined(candidate.Definition.Isolation))
        {
            candidate.Add("isolation", "unknown_value", "The isolation is per_principal or shared.");
        }

        foreach (var endpoint in candidate.Endpoints)
        {
            switch (endpoint.Transport)
            {
                case TransportKind.Stdio:
                    CheckProcess(candidate, endpoint);
                    break;
                case TransportKind.StreamableHttp or TransportKind.Sse or TransportKind.WebSocket:
                    CheckRemote(candidate, endpoint);
                    break;
                default:
                    candidate.Add(endpoint.Path + "transport", "unknown_value", "The transport is streamable_http, stdio, sse or websocket.");
                    break;
            }
        }
    }

    private static void CheckProcess(ServerCandidate candidate, EndpointCandidate endpoint)
    {
        if (string.IsNullOrWhiteSpace(endpoint.Definition.Command))
        {
            candidate.Add(endpoint.Path + "command", "required", "The stdio transport needs a command.");
        }

        if (endpoint.Definition.Url is not null)
        {
            candidate.Add(endpoint.Path + "url", "not_with_stdio", "The stdio transport has no URL.");
        }
    }

    private static void CheckRemote(ServerCandidate candidate, EndpointCandidate endpoint)
    {
        var definition = endpoint.Definition;
        if (definition.Url is null)
        {
            candidate.Add(endpoint.Path + "url", "required", "All transports but stdio need a URL.");
        }

        Refuse("command", definition.Command is not null);
        Refuse("arguments", definition.Arguments.Count > 0);
        Refuse("environment", definition.Environment.Count > 0);
        Refuse("workingDirectory", definition.WorkingDirectory is not null);

        void Refuse(string member, bool present)
        {
            if (present)
            {
                candidate.Add(endpoint.Path + member, "not_with_url", $"Only the stdio transport has {member}.");
            }
        }
    }
}
