namespace McpRegistry.Storage;

/// <summary>What a change is about. Later versions add members.</summary>
public enum RegistryChangeKind
{
    /// <summary>Changes were lost or are no longer kept: reload everything.</summary>
    Reset,

    /// <summary>A kind that only a newer version knows, whose replica shares the store: there is nothing to do for it here.</summary>
    Other,

    /// <summary>The definition of a server. A deleted server takes its catalogue along.</summary>
    Server,

    /// <summary>The discovery report and the catalogue of a server.</summary>
    Catalogue,

    /// <summary>An API key.</summary>
    ApiKey,
}
