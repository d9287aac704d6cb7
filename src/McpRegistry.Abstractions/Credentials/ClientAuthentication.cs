namespace McpRegistry.Credentials;

/// <summary>How the gateway shows an authorization server which client it is.</summary>
public enum ClientAuthentication
{
    /// <summary>Client id and secret in the header <c>Authorization</c>.</summary>
    ClientSecretBasic,

    /// <summary>Client id and secret in the body of the request.</summary>
    ClientSecretPost,

    /// <summary>A statement that is signed with the client's private key (RFC 7523), which itself never leaves the gateway.</summary>
    PrivateKeyJwt,
}
