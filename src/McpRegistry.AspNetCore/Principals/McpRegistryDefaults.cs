using McpRegistry.AspNetCore.ApiKeys;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Names that a host needs to combine the gateway with its own authentication.</summary>
public static class McpRegistryDefaults
{
    /// <summary>
    /// The authentication scheme of the policies in <see cref="McpRegistryPolicies"/>: an API key where the request presents one,
    /// else the schemes that the host has the gateway accept. It is the host's default scheme where the host has none of its own.
    /// </summary>
    public const string AuthenticationScheme = "McpRegistry";
}
