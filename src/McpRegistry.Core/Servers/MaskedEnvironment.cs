using McpRegistry.Servers.Validation;

namespace McpRegistry.Servers;

/// <summary>
/// Answers show environment values as <see cref="Mask"/>; a caller that sends the mask back means "as it was". The value
/// stays only with the same command and arguments: otherwise a writer could have a secret handed to a program that prints it.
/// </summary>
internal static class MaskedEnvironment
{
    public const string Mask = "***";

    /// <summary>Reports the masks that stand for nothing.</summary>
    public static void Check(ServerCandidate candidate, RegisteredServer? existing)
    {
        foreach (var endpoint in candidate.Endpoints)
        {
            foreach (var (name, value) in endpoint.Definition.Environment)
            {
                if (value == Mask && FindStored(existing, endpoint, name) is null)
                {
                    candidate.Add($"{endpoint.Path}environment.{name}", "masked_value", $"'{Mask}' keeps a stored value, and this command with these arguments has none for the variable; send the value.");
                }
            }
        }
    }

    public static string Resolve(RegisteredServer? existing, EndpointCandidate endpoint, string name, string value) =>
        value == Mask ? FindStored(existing, endpoint, name) ?? value : value;

    private static string? FindStored(RegisteredServer? existing, EndpointCandidate endpoint, string name)
    {
        if (existing is null)
        {
            return null;
        }

        foreach (var stored in existing.Endpoints)
        {
            if (EndpointIdentity.Matches(stored, endpoint.Transport, endpoint.Definition) && stored.Environment.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }
}
