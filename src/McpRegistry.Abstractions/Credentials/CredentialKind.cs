namespace McpRegistry.Credentials;

/// <summary>How the gateway shows a server who it is.</summary>
public enum CredentialKind
{
    /// <summary>The same headers in every request, such as an API key.</summary>
    Headers,

    /// <summary>A user name and a password in every request (HTTP Basic).</summary>
    Basic,

    /// <summary>Access tokens that the gateway gets in its own name (OAuth 2.1, client credentials).</summary>
    ClientCredentials,

    /// <summary>Whatever an <see cref="IUpstreamCredentialProvider"/> of the host gives.</summary>
    Provider,
}
