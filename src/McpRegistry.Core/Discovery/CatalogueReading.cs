namespace McpRegistry.Discovery;

/// <summary>One reading of a server's catalogue.</summary>
/// <param name="Report">What was found.</param>
/// <param name="IsWorthRepeating">
/// Whether a list is missing for a reason that may pass, such as an error or silence. An entry without a name or a list that is
/// too large would be the same the next time; a server that is gone is connected to again, and read then.
/// </param>
internal sealed record CatalogueReading(DiscoveryReport Report, bool IsWorthRepeating)
{
    /// <summary>Gets how long what was found may be kept.</summary>
    public CatalogueHints Hints { get; init; } = CatalogueHints.Unknown;
}
