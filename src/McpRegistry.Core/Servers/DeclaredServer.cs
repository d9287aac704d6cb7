namespace McpRegistry.Servers;

/// <summary>A server that the operator declared.</summary>
/// <param name="Alias">The name of the entry, which is the server's alias.</param>
/// <param name="Origin">Where it is declared.</param>
/// <param name="Configure">Fills the definition; may throw for an entry that cannot be read.</param>
internal sealed record DeclaredServer(string Alias, ServerOrigin Origin, Action<ServerDefinition> Configure)
{
    /// <summary>Where a person finds the entry.</summary>
    public string Place => Origin == ServerOrigin.Code
        ? $"AddServer(\"{Alias}\", ...)"
        : $"{ConfiguredServers.SectionName}:{Alias}";
}
