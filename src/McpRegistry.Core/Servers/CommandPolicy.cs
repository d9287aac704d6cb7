using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace McpRegistry.Servers;

/// <summary>
/// Decides which child processes may be started. It is asked when a server is registered and again before each start, so
/// that an entry that was taken off the list also stops servers that are stored already.
/// </summary>
internal sealed class CommandPolicy(IOptions<StdioOptions> options)
{
    private readonly StdioOptions _options = options.Value;

    /// <summary>Tells whether an endpoint may be started; endpoints without a process always may.</summary>
    public bool IsAllowed(ServerOrigin origin, ServerEndpoint endpoint, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        if (endpoint.Transport != TransportKind.Stdio || origin != ServerOrigin.Api)
        {
            return true;
        }

        if (!IsCommandAllowed(endpoint.Command, endpoint.Arguments))
        {
            reason = $"The command and its arguments are not on the list {StdioOptions.SectionName}:AllowedCommands of this host.";
        }
        else if (endpoint.WorkingDirectory is not null)
        {
            reason = "A server that is registered over REST may not choose a working directory.";
        }
        else if (endpoint.Environment.Keys.FirstOrDefault(name => !IsVariableAllowed(name)) is { } name)
        {
            reason = $"The variable '{name}' is not on the list {StdioOptions.SectionName}:AllowedEnvironmentVariables of this host.";
        }

        return reason is null;
    }

    public bool IsCommandAllowed(string? command, IReadOnlyList<string> arguments)
    {
        foreach (var allowed in _options.AllowedCommands)
        {
            if (string.Equals(allowed.Command, command, StringComparison.Ordinal)
                && allowed.Arguments.Count <= arguments.Count
                && allowed.Arguments.SequenceEqual(arguments.Take(allowed.Arguments.Count), StringComparer.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public bool IsVariableAllowed(string name) => _options.AllowedEnvironmentVariables.Contains(name, StringComparer.Ordinal);
}
