namespace McpRegistry.Credentials;

/// <summary>A credential that was got.</summary>
/// <param name="Headers">What shows it.</param>
/// <param name="ExpiresAt">When it ends; null when only a refusal tells.</param>
internal sealed record Issued(CredentialHeaders Headers, DateTimeOffset? ExpiresAt);
