using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.ApiKeys;

/// <summary>The outcome of a validation.</summary>
/// <param name="Failure">Why the key was refused; <see cref="ApiKeyFailure.None"/> when it was not. For logs, never for the caller.</param>
/// <param name="Key">The key when it is valid.</param>
public readonly record struct ApiKeyValidation(ApiKeyFailure Failure, ApiKey? Key)
{
    /// <summary>Gets a value that tells whether the key is valid.</summary>
    [MemberNotNullWhen(true, nameof(Key))]
    public bool IsValid => Failure == ApiKeyFailure.None && Key is not null;
}
