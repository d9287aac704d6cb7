using System.Collections.Immutable;

namespace McpRegistry.Servers.Validation;

/// <summary>A definition on its way into the registry, with its endpoints in one form, and the faults found so far.</summary>
internal sealed class ServerCandidate
{
    // A hostile definition may have a fault in every endpoint; nobody mends more than this in one go.
    private const int MaxFaults = 100;

    private readonly List<ValidationFault> _faults = [];

    public ServerCandidate(ServerDefinition definition, ServerOrigin origin)
    {
        Definition = definition;
        Origin = origin;
        Endpoints = EndpointCandidate.ReadAll(definition);
        Alias = definition.Alias ?? (definition.Name is { } name ? ServerAlias.Derive(name) : "");
    }

    public ServerDefinition Definition { get; }

    public ServerOrigin Origin { get; }

    /// <summary>The given alias, or the one that the name yields.</summary>
    public string Alias { get; }

    public IReadOnlyList<EndpointCandidate> Endpoints { get; }

    public ImmutableArray<ValidationFault> Faults => [.. _faults];

    public void Add(string path, string code, string message)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new ValidationFault(path, code, message));
        }
    }
}
