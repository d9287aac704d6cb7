using McpRegistry.Credentials;
using McpRegistry.Credentials.OAuth;

namespace McpRegistry.Upstream.Http;

/// <summary>
/// Adds a server's credential to the requests of one connection, and gets another one when the server refuses it: once for a token that
/// is no longer good, and a few times for one that is too weak. The credential goes to the origin of the registered URL and nowhere else.
/// </summary>
internal sealed class CredentialHandler(HttpMessageHandler inner, Uri endpoint, CredentialSource source) : DelegatingHandler(inner)
{
    /// <summary>How often a request is raised; a server that asks for more each time would otherwise never end it.</summary>
    private const int MaxRaises = 2;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } url || !Origins.AreSame(url, endpoint))
        {
            throw new HttpRequestException("A credential is for the origin of its server alone.");
        }

        var shown = await source.GetAsync(cancellationToken).ConfigureAwait(false);
        var (hasRenewed, raises) = (false, 0);
        while (true)
        {
            shown?.Put(request.Headers);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (BearerChallenge.Read(response) is not { } challenge)
            {
                source.Accepted(shown);
                return response;
            }

            if (challenge.IsScopeMissing ? raises++ == MaxRaises : hasRenewed)
            {
                return response;
            }

            // A request that has shown nothing yet has not been renewed by showing something.
            hasRenewed |= !challenge.IsScopeMissing && shown is not null;
            if (await AnswerAsync(response, shown, challenge, cancellationToken).ConfigureAwait(false) is not { } next)
            {
                return response;
            }

            response.Dispose();
            shown?.Take(request.Headers);
            shown = next;
        }
    }

    private async ValueTask<CredentialHeaders?> AnswerAsync(
        HttpResponseMessage response, CredentialHeaders? shown, BearerChallenge challenge, CancellationToken cancellationToken)
    {
        try
        {
            return await source.AnswerAsync(shown, challenge, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
