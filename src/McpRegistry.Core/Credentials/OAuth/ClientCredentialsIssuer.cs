using System.Net;

namespace McpRegistry.Credentials.OAuth;

/// <summary>
/// Gets access tokens in the gateway's own name (OAuth 2.1, client credentials), by the discovery of the MCP authorization
/// specification unless the definition says where.
/// </summary>
internal sealed class ClientCredentialsIssuer(ServerCredential credential, string secret, Uri server, MetadataClient client, TimeProvider time) : ICredentialIssuer
{
    private readonly Uri _server = Origins.ToHttp(server);
    private readonly ClientProof _proof = new(credential, secret, time);
    private IReadOnlyList<string> _wanted = [];
    private string? _issuer = credential.Issuer;
    private BearerChallenge? _last;

    /// <summary>Gets a value that is false as long as only the server can say who gives tokens.</summary>
    public bool IsReady => credential.TokenEndpoint is not null || credential.Issuer is not null;

    public bool CanRaise(BearerChallenge challenge) =>
        credential.Scopes.IsEmpty && !ReferenceEquals(ScopeSet.Union(_wanted, challenge.Scopes), _wanted);

    public async Task<Issued> IssueAsync(BearerChallenge? challenge, bool isRenewal, CancellationToken cancellationToken)
    {
        _last = challenge ?? _last;
        var (endpoint, resource) = await FindAsync(_last, cancellationToken).ConfigureAwait(false);
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (resource.Length > 0)
        {
            form.Add(new("resource", resource));
        }

        if (_wanted.Count > 0)
        {
            form.Add(new("scope", string.Join(' ', _wanted)));
        }

        var authorization = _proof.Add(form, endpoint);
        var (status, body) = await client.PostAsync(endpoint.TokenEndpoint, form, authorization, cancellationToken).ConfigureAwait(false);
        return status == HttpStatusCode.OK && body is { } answer
            ? TokenAnswer.Read(answer, time)
            : throw new CredentialException(TokenAnswer.Describe(status, body));
    }

    private async Task<(AuthorizationServer Server, string Resource)> FindAsync(BearerChallenge? challenge, CancellationToken cancellationToken)
    {
        if (credential.TokenEndpoint is { } endpoint)
        {
            Want(challenge, []);
            return (new AuthorizationServer(credential.Issuer ?? endpoint, new Uri(endpoint), []), credential.Resource ?? Canonical());
        }

        var described = await ProtectedResource.FindAsync(client, _server, challenge?.ResourceMetadata, isOptional: challenge is null, cancellationToken).ConfigureAwait(false);
        var issuer = Choose(described);
        Want(challenge, described?.Scopes ?? []);
        var found = await AuthorizationServer.FindAsync(client, issuer, cancellationToken).ConfigureAwait(false);

        // From here on the secret belongs to this one: a server that names another later does not get it there.
        _issuer = issuer;
        return (found, credential.Resource ?? described?.Resource ?? Canonical());
    }

    private string Choose(ProtectedResource? described)
    {
        var named = described?.AuthorizationServers ?? [];
        if (_issuer is { } known)
        {
            return named.Count == 0 || named.Contains(known, StringComparer.Ordinal)
                ? known
                : throw new CredentialException(credential.Issuer is null
                    ? "The server names another authorization server than before; store its credential again if that is right."
                    : "The server does not name the authorization server that its credential is for.");
        }

        return named.Count > 0 ? named[0] : throw new CredentialException("The server does not say who gives tokens for it; name the issuer or the token endpoint in its credential.");
    }

    /// <summary>Decides the scopes: those of the definition, else those that the server asks for, else those that it knows.</summary>
    private void Want(BearerChallenge? challenge, IReadOnlyList<string> known) => _wanted = credential switch
    {
        { Scopes.IsEmpty: false } => credential.Scopes,
        _ when challenge?.Scopes is { Count: > 0 } asked => ScopeSet.Union(_wanted, asked),
        _ => _wanted.Count > 0 ? _wanted : known,
    };

    private string Canonical()
    {
        var url = _server.GetLeftPart(UriPartial.Path);
        return _server.AbsolutePath == "/" ? url.TrimEnd('/') : url;
    }
}
