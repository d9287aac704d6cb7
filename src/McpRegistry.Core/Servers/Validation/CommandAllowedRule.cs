namespace McpRegistry.Servers.Validation;

/// <summary>What a REST call may start on this machine: see <see cref="StdioOptions"/>.</summary>
internal sealed class CommandAllowedRule(CommandPolicy policy) : IServerRule
{
    public void Check(ServerCandidate candidate)
    {
        if (candidate.Origin != ServerOrigin.Api)
        {
            return;
        }

        foreach (var endpoint in candidate.Endpoints.Where(static endpoint => endpoint.Transport == TransportKind.Stdio))
        {
            Check(candidate, endpoint.Path, endpoint.Definition);
        }
    }

    private void Check(ServerCandidate candidate, string path, EndpointDefinition endpoint)
    {
        if (!string.IsNullOrWhiteSpace(endpoint.Command) && !policy.IsCommandAllowed(endpoint.Command, endpoint.Arguments.AsReadOnly()))
        {
            candidate.Add(path + "command", "command_not_allowed", $"This host starts only commands from {StdioOptions.SectionName}:AllowedCommands for servers that are registered over REST; this command with these arguments is not among them.");
        }

        if (endpoint.WorkingDirectory is not null)
        {
            candidate.Add(path + "workingDirectory", "not_over_rest", "A server that is registered over REST may not choose a working directory; the operator can declare it in configuration.");
        }

        foreach (var name in endpoint.Environment.Keys.Where(name => EnvironmentName.IsValid(name) && !policy.IsVariableAllowed(name)))
        {
            candidate.Add($"{path}environment.{name}", "variable_not_allowed", $"This variable is not on the list {StdioOptions.SectionName}:AllowedEnvironmentVariables of this host.");
        }
    }
}
