namespace McpRegistry.Credentials;

/// <summary>
/// Gives credentials that only the host knows how to get, such as the token of a managed identity. Registered by name with
/// <c>AddUpstreamCredentialProvider</c>. Implementations are thread-safe singletons.
/// </summary>
public interface IUpstreamCredentialProvider
{
    /// <summary>
    /// Gets a credential. Asked by one request at a time for a server; the answer serves all requests to it until it expires or the
    /// server refuses it.
    /// </summary>
    /// <param name="request">Which server asks for it. A URL that a stranger registered is not to get a credential of yours.</param>
    /// <param name="cancellationToken">Ends the work after the time that getting a token may take.</param>
    /// <returns>The credential, or null when there is none for this server; what is thrown is logged and counts as null.</returns>
    ValueTask<IssuedCredential?> GetAsync(UpstreamCredentialRequest request, CancellationToken cancellationToken);
}
