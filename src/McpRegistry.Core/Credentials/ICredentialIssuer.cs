using McpRegistry.Credentials.OAuth;

namespace McpRegistry.Credentials;

/// <summary>Gets credentials that end, for <see cref="IssuedCredentials"/>, which asks for one at a time.</summary>
internal interface ICredentialIssuer
{
    /// <summary>Gets a value that tells whether a credential can be got before the server has asked for one.</summary>
    bool IsReady { get; }

    /// <summary>Tells whether another credential could satisfy a server that finds the present one too weak.</summary>
    bool CanRaise(BearerChallenge challenge);

    /// <summary>Gets a credential.</summary>
    /// <param name="challenge">What the server said; null when it was not asked.</param>
    /// <param name="isRenewal">Whether it refused the last one.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CredentialException">There is none.</exception>
    Task<Issued> IssueAsync(BearerChallenge? challenge, bool isRenewal, CancellationToken cancellationToken);
}
