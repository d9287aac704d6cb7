namespace McpRegistry.Credentials;

/// <summary>A name under which the host has registered a provider.</summary>
/// <param name="Value">The name.</param>
internal sealed record CredentialProviderName(string Value);
