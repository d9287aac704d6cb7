using McpRegistry.Credentials.OAuth;

namespace McpRegistry.Credentials;

/// <summary>Gives the credential of one server at one URL to its requests. Thread-safe.</summary>
internal abstract class CredentialSource
{
    /// <summary>Gets what a request is to show.</summary>
    /// <param name="cancellationToken">Ends the wait of this request, not the work that others wait for.</param>
    /// <returns>The headers; null when the server has to ask first.</returns>
    /// <exception cref="CredentialException">There is none.</exception>
    public abstract ValueTask<CredentialHeaders?> GetAsync(CancellationToken cancellationToken);

    /// <summary>Gets what the same request is to show that was refused.</summary>
    /// <param name="refused">What it has shown; null for nothing.</param>
    /// <param name="challenge">What the server said to it.</param>
    /// <param name="cancellationToken">Ends the wait of this request.</param>
    /// <returns>Other headers; null when there are none, so that the refusal stands.</returns>
    /// <exception cref="CredentialException">There would be, but they cannot be got.</exception>
    public virtual ValueTask<CredentialHeaders?> AnswerAsync(CredentialHeaders? refused, BearerChallenge challenge, CancellationToken cancellationToken) => default;

    /// <summary>Tells that the server took what a request has shown.</summary>
    /// <param name="shown">What that was; null for nothing.</param>
    public virtual void Accepted(CredentialHeaders? shown)
    {
    }
}
