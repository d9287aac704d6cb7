using System.Net;

namespace McpRegistry.ApiKeys;

/// <summary>Decides whether a presented key is valid and whose it is. Usable without the gateway.</summary>
public interface IApiKeyValidator
{
    /// <summary>Validates a key.</summary>
    /// <param name="presented">The whole key as the caller sent it.</param>
    /// <param name="address">
    /// Where the caller is; null when that is not known, which a key with an address list does not accept. An IPv4 address
    /// may come in its IPv6 form. Behind a proxy it must be the address that a trusted proxy reports.
    /// </param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>
    /// What the key gives, or the internal reason why not. Callers outside the process get one answer for all reasons but
    /// <see cref="ApiKeyFailure.AddressNotAllowed"/>.
    /// </returns>
    /// <exception cref="TimeoutException">The store did not answer within <c>McpRegistry:ApiKeys:LookupTimeout</c>; a later attempt may succeed.</exception>
    ValueTask<ApiKeyValidation> ValidateAsync(string presented, IPAddress? address, CancellationToken cancellationToken);
}
