using System.Net;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Decides whether a presented key may be used for what its caller is about to do: validity, scope, server, method and limits, with
/// use counted. Usable without the gateway. Access rules about servers are not asked; those are the gateway's.
/// </summary>
public interface IApiKeyAuthorizer
{
    /// <summary>Decides on one use of a key.</summary>
    /// <param name="presented">The whole key as the caller sent it.</param>
    /// <param name="address">Where the caller is, as for <see cref="IApiKeyValidator.ValidateAsync"/>.</param>
    /// <param name="demand">What the caller is about to do; the default demands a valid key only.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>
    /// The decision. What is refused for its scope, server or method takes nothing of the limits. Each use of a key that is known counts
    /// for its <see cref="ApiKeyUsage"/>, a refused one as an error; it is written in batches.
    /// </returns>
    /// <exception cref="TimeoutException">The store did not answer within <c>McpRegistry:ApiKeys:LookupTimeout</c>; a later attempt may succeed.</exception>
    ValueTask<ApiKeyDecision> AuthorizeAsync(string presented, IPAddress? address, ApiKeyDemand demand, CancellationToken cancellationToken);
}
