namespace McpRegistry.Credentials;

/// <summary>
/// Seals secrets before they reach a store, with keys that are in the hands of the host. <c>AddMcpGateway()</c> brings one on ASP.NET
/// Core Data Protection; a host of another kind registers its own. Without any, a server with secrets is refused. Implementations
/// are thread-safe.
/// </summary>
public interface ISecretProtector
{
    /// <summary>Seals a secret.</summary>
    /// <param name="purpose">What it is for; only the same purpose opens it again.</param>
    /// <param name="secret">The secret.</param>
    /// <returns>Text that tells nothing of the secret and shows whether it was changed.</returns>
    string Protect(string purpose, string secret);

    /// <summary>Opens a sealed secret.</summary>
    /// <param name="purpose">The purpose that it was sealed for.</param>
    /// <param name="sealedText">What <see cref="Protect"/> returned.</param>
    /// <returns>The secret, or null when the text is none of this purpose or its key is gone.</returns>
    string? Unprotect(string purpose, string sealedText);
}
