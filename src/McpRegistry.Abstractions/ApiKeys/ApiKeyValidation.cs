using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.ApiKeys;

/// <summary>The outcome of a validation.</summary>
/// <param name="Failure">Why the key was refused; <see cref="ApiKeyFailure.None"/> when it was not. For logs, never for the caller.</param>
/// <param name="Grant">What the key gives when it is valid; else null.</param>
public readonly record struct ApiKeyValidation(ApiKeyFailure Failure, ApiKeyGrant? Grant)
{
    /// <summary>Gets a value that tells whether the key is valid.</summary>
    [MemberNotNullWhen(true, nameof(Grant), nameof(Key))]
    public bool IsValid => Failure == ApiKeyFailure.None && Grant is not null;

    /// <summary>Gets the key when it is valid; else null.</summary>
    public ApiKey? Key => Grant?.Key;

    /// <summary>Gets what the key would give, when only the address of its caller is wrong; else null. For logs and the audit trail.</summary>
    public ApiKeyGrant? Withheld { get; init; }

    /// <summary>
    /// Gets how long the caller should wait, when its address has guessed too many keys; else null. Then whatever is refused
    /// there is answered alike (HTTP 429), and valid keys stay valid.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }
}
