using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using McpRegistry.Credentials.OAuth;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Credentials;

/// <summary>
/// Finds the source of a server's credential. All connections to one URL share it, so that they share its token; it lives as long as the
/// definition that it was made from, so that a changed credential never meets an old token.
/// </summary>
internal sealed class UpstreamCredentials(
    CredentialVault vault,
    CredentialProviders providers,
    MetadataClient metadata,
    IOptions<CredentialOptions> options,
    TimeProvider time,
    ILogger<UpstreamCredentials> log)
{
    private readonly ConditionalWeakTable<ServerCredential, ConcurrentDictionary<string, CredentialSource>> _sources = [];

    /// <summary>Finds the source for an endpoint.</summary>
    /// <param name="server">The server.</param>
    /// <param name="endpoint">Its endpoint.</param>
    /// <returns>The source, null for none; or why there is none though there should be.</returns>
    public (CredentialSource? Source, UpstreamFault? Fault) Find(RegisteredServer server, ServerEndpoint endpoint)
    {
        if (server.Credential is not { } credential || endpoint.Url is not { } url)
        {
            return (null, null);
        }

        var sources = _sources.GetOrCreateValue(credential);
        if (sources.TryGetValue(url, out var known))
        {
            return (known, null);
        }

        // That there is none is not kept: the keys of the host may come back.
        return Create(server, credential, new Uri(url)) is { } created
            ? (sources.GetOrAdd(url, created), null)
            : (null, new UpstreamFault(FaultReasons.CredentialFailed, "The credential of the server cannot be used by this host; see its log."));
    }

    private CredentialSource? Create(RegisteredServer server, ServerCredential credential, Uri url)
    {
        if (credential.Kind == CredentialKind.Provider)
        {
            return CreateFromProvider(server, credential, url);
        }

        if (vault.Open(server) is not { } secrets)
        {
            log.CredentialSealed(server.Alias);
            return null;
        }

        return credential.Kind switch
        {
            CredentialKind.Headers => new FixedCredential(new CredentialHeaders(secrets.Headers)),
            CredentialKind.Basic => FixedCredential.Basic(credential.UserName!, secrets.Main!),
            _ => Keep(server, new ClientCredentialsIssuer(credential, secrets.Main!, url, metadata, time)),
        };
    }

    private IssuedCredentials? CreateFromProvider(RegisteredServer server, ServerCredential credential, Uri url)
    {
        if (!providers.MayUse(server.Origin, credential.Provider!))
        {
            log.CredentialFailed(server.Alias, $"servers of its origin may not use the credential provider '{credential.Provider}', or there is none of that name");
            return null;
        }

        var request = new UpstreamCredentialRequest
        {
            Tenant = server.Tenant,
            ServerId = server.Id,
            ServerAlias = server.Alias,
            Url = url,
            Parameters = credential.Parameters,
        };
        return Keep(server, new ProviderIssuer(providers.Get(credential.Provider!), request, log));
    }

    private IssuedCredentials Keep(RegisteredServer server, ICredentialIssuer issuer) => new(issuer, server.Alias, options.Value, time, log);
}
