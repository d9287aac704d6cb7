namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>An index that is there for speed and known by name, so that an operator can ask for it.</summary>
internal sealed record RegistryIndex(string Name, string Table);
