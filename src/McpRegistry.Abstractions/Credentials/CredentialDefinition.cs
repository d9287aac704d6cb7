namespace McpRegistry.Credentials;

/// <summary>
/// The credential of a server as a user writes it, in code, in configuration or in a REST body. Members that do not go with
/// <see cref="Type"/> are refused. Answers show secrets as <c>***</c>; who sends that back over REST keeps the stored secret, as
/// long as it goes to the same place.
/// </summary>
public sealed class CredentialDefinition
{
    /// <summary>Gets or sets the kind. Required.</summary>
    public CredentialKind? Type { get; set; }

    /// <summary>Gets or sets the headers of <see cref="CredentialKind.Headers"/>, 1 to 16. The values are secret, at most 8,192 characters.</summary>
    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the user name of <see cref="CredentialKind.Basic"/>, 1 to 1,024 characters without a colon.</summary>
    public string? UserName { get; set; }

    /// <summary>Gets or sets the password of <see cref="CredentialKind.Basic"/>, at most 8,192 characters. Secret.</summary>
    public string? Password { get; set; }

    /// <summary>Gets or sets the client of <see cref="CredentialKind.ClientCredentials"/>, 1 to 1,024 characters.</summary>
    public string? ClientId { get; set; }

    /// <summary>Gets or sets the client's secret, at most 8,192 characters. Secret. Either this or <see cref="PrivateKey"/> is needed.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Gets or sets the client's private key: EC (P-256, P-384, P-521) or RSA of 2,048 bits or more, PEM, not encrypted. Secret.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>Gets or sets the id by which the authorization server finds the public key; null (the default) sends none.</summary>
    public string? KeyId { get; set; }

    /// <summary>
    /// Gets or sets how the client authenticates. Null (the default) means <see cref="ClientAuthentication.PrivateKeyJwt"/> with a
    /// private key, else what the authorization server offers, the header rather than the body.
    /// </summary>
    public ClientAuthentication? Authentication { get; set; }

    /// <summary>
    /// Gets or sets the authorization server, in the very form of its metadata. Null (the default) takes the first that the server
    /// names, so that the server decides who gets the client's secret.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>Gets or sets where tokens are given, instead of finding it by metadata; null (the default) finds it.</summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>
    /// Gets or sets what the token is for (RFC 8707). Null (the default) is what the server's metadata says, or else its URL; an empty
    /// text sends none, for authorization servers that refuse the parameter.
    /// </summary>
    public string? Resource { get; set; }

    /// <summary>
    /// Gets or sets the scopes to ask for, at most 64. Empty (the default) asks for those that the server wants, and for more when it
    /// says that they do not suffice; scopes that are written here are all that is ever asked for.
    /// </summary>
    public IList<string> Scopes { get; set; } = [];

    /// <summary>Gets or sets the name under which the host has registered an <see cref="IUpstreamCredentialProvider"/>.</summary>
    public string? Provider { get; set; }

    /// <summary>Gets or sets what the provider is told, at most 16 texts of at most 1,024 characters. Not secret.</summary>
    public IDictionary<string, string> Parameters { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
