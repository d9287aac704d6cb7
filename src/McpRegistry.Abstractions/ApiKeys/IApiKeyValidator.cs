namespace McpRegistry.ApiKeys;

/// <summary>Decides whether a presented key is valid and whose it is. Usable without the gateway.</summary>
public interface IApiKeyValidator
{
    /// <summary>Validates a key.</summary>
    /// <param name="presented">The whole key as the caller sent it.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The key, or the internal reason why not; callers outside the process get one answer for all reasons.</returns>
    ValueTask<ApiKeyValidation> ValidateAsync(string presented, CancellationToken cancellationToken);
}
