using System.Security.Claims;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>
/// Says what a principal of the host is to the gateway: its tenants, user, role and scopes. Runs once a request, after the
/// host's authentication and claims transformations. Implementations are thread-safe singletons. The default one reads the
/// claims that <see cref="PrincipalOptions"/> names.
/// </summary>
public interface IPrincipalMapper
{
    /// <summary>Maps a principal.</summary>
    /// <param name="principal">An authenticated principal of a scheme that the host has the gateway accept.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>What it is, or null for nobody whom the gateway lets in (HTTP 403).</returns>
    ValueTask<MappedPrincipal?> MapAsync(ClaimsPrincipal principal, CancellationToken cancellationToken);
}
