using McpRegistry.Credentials;
using McpRegistry.Servers.Validation;

namespace McpRegistry.Servers;

/// <summary>Runs every rule over a definition, so that a user learns of all faults at once.</summary>
internal sealed class ServerDefinitionValidator(IEnumerable<IServerRule> rules)
{
    private readonly IServerRule[] _rules = [.. rules];

    public ServerCandidate Validate(ServerDefinition definition, ServerOrigin origin)
    {
        DropNulls(definition);
        var candidate = new ServerCandidate(definition, origin);
        foreach (var rule in _rules)
        {
            rule.Check(candidate);
        }

        return candidate;
    }

    /// <summary>Setters and binders can put null where the contract has none; rules need not ask for it each.</summary>
    private static void DropNulls(ServerDefinition definition)
    {
        definition.Tags ??= [];
        definition.Arguments ??= [];
        definition.Environment ??= new Dictionary<string, string>(StringComparer.Ordinal);
        definition.Endpoints = [.. (definition.Endpoints ?? []).Select(static endpoint => endpoint ?? new EndpointDefinition())];
        foreach (var endpoint in definition.Endpoints)
        {
            endpoint.Arguments ??= [];
            endpoint.Environment ??= new Dictionary<string, string>(StringComparer.Ordinal);
        }

        if (definition.Credential is { } credential)
        {
            DropNulls(credential);
        }
    }

    private static void DropNulls(CredentialDefinition credential)
    {
        credential.Headers ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        credential.Scopes ??= [];
        credential.Parameters ??= new Dictionary<string, string>(StringComparer.Ordinal);
    }
}
