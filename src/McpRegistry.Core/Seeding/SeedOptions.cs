namespace McpRegistry.Seeding;

/// <summary>Data to look around with; section <c>McpRegistry:Seed</c>.</summary>
public sealed class SeedOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Seed";

    /// <summary>
    /// Gets or sets a value that tells whether the start adds a demo tenant with users, servers that are switched off, and
    /// configuration values, where they are missing. Default false. A host in the environment Production does not start
    /// with it.
    /// </summary>
    public bool Enabled { get; set; }
}
