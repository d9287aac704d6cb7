using McpRegistry.Servers.Validation;

namespace McpRegistry.Servers;

/// <summary>Collects what the operator declared, in code and in configuration, and judges it as a whole.</summary>
internal sealed class DeclaredServerReader(
    IEnumerable<DeclaredServer> inCode, ConfiguredServers configured, ServerDefinitionValidator validator)
{
    /// <summary>Reads all declarations. Faults are added to <paramref name="faults"/>; faulty entries are left out.</summary>
    public IReadOnlyList<ServerCandidate> Read(List<string> faults)
    {
        var found = new Dictionary<string, DeclaredServer>(StringComparer.Ordinal);
        var names = new Dictionary<string, DeclaredServer>(StringComparer.OrdinalIgnoreCase);
        var candidates = new List<ServerCandidate>();
        foreach (var declared in inCode.Concat(configured.Read()))
        {
            if (!found.TryAdd(declared.Alias, declared))
            {
                faults.Add($"{declared.Place}: the alias is declared twice, also by {found[declared.Alias].Place}.");
                continue;
            }

            if (ReadOne(declared, faults) is { } candidate)
            {
                candidates.Add(candidate);
                if (!names.TryAdd(candidate.Definition.Name!, declared))
                {
                    faults.Add($"{declared.Place}: the name '{candidate.Definition.Name}' is declared twice, also by {names[candidate.Definition.Name!].Place}.");
                }
            }
        }

        return candidates;
    }

    private ServerCandidate? ReadOne(DeclaredServer declared, List<string> faults)
    {
        var definition = new ServerDefinition();
        try
        {
            declared.Configure(definition);
        }
        catch (InvalidOperationException exception) when (declared.Origin == ServerOrigin.Configuration)
        {
            // The binder names the key and the value that it cannot read.
            faults.Add($"{declared.Place}: {exception.Message}");
            return null;
        }

        if (definition.Alias is { } alias && alias != declared.Alias)
        {
            faults.Add($"{declared.Place}: the entry's own name is its alias; take the different Alias '{alias}' out.");
        }

        definition.Alias = declared.Alias;
        definition.Name ??= declared.Alias;
        var candidate = validator.Validate(definition, declared.Origin);
        faults.AddRange(candidate.Faults.Select(fault => $"{declared.Place}: {fault.Path}: {fault.Message}"));
        return candidate.Faults.IsEmpty ? candidate : null;
    }
}
