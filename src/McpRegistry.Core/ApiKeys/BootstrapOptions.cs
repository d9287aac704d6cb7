namespace McpRegistry.ApiKeys;

/// <summary>The first key of an installation; section <c>McpRegistry:Bootstrap</c>.</summary>
public sealed class BootstrapOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Bootstrap";

    /// <summary>The fewest characters of <see cref="AdminKey"/>.</summary>
    public const int MinAdminKeyLength = 32;

    /// <summary>
    /// Gets or sets the admin key, 32 to 512 visible ASCII characters. Null (the default) creates one at the first start and
    /// prints it once. The host does not start with a shorter one.
    /// </summary>
    public string? AdminKey { get; set; }
}
