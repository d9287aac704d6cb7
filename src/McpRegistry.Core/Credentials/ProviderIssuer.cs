using McpRegistry.Credentials.OAuth;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Credentials;

/// <summary>Asks a provider of the host.</summary>
internal sealed class ProviderIssuer(IUpstreamCredentialProvider provider, UpstreamCredentialRequest request, ILogger log) : ICredentialIssuer
{
    public bool IsReady => true;

    public bool CanRaise(BearerChallenge challenge) => false;

    public async Task<Issued> IssueAsync(BearerChallenge? challenge, bool isRenewal, CancellationToken cancellationToken)
    {
        IssuedCredential? issued;
        try
        {
            // Some do not look at the token; the wait ends with it all the same.
            issued = await provider.GetAsync(request with { IsRenewal = isRenewal }, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            log.ProviderFailed(exception, request.ServerAlias);
            issued = null;
        }

        if (issued is null)
        {
            throw new CredentialException("The credential provider of the host gives none for this server.");
        }

        return new Issued(new CredentialHeaders([.. issued.Headers.Where(static header => HeaderForm.IsSendable(header.Key, header.Value))]), issued.ExpiresAt);
    }
}
