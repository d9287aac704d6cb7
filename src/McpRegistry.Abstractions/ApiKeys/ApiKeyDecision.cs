using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.ApiKeys;

/// <summary>Whether a key may be used for something. The default refuses.</summary>
/// <param name="Outcome">What the caller is told.</param>
/// <param name="Failure">Why it is refused; <see cref="ApiKeyFailure.None"/> when it is not. For logs, never for the caller.</param>
/// <param name="Grant">What the key gives; null unless <see cref="IsAllowed"/>.</param>
public readonly record struct ApiKeyDecision(ApiKeyOutcome Outcome, ApiKeyFailure Failure, ApiKeyGrant? Grant)
{
    /// <summary>Gets a value that tells whether the key may be used.</summary>
    [MemberNotNullWhen(true, nameof(Grant))]
    public bool IsAllowed => Outcome == ApiKeyOutcome.Allowed && Grant is not null;

    /// <summary>Gets the HTTP status of the outcome: 200, 401, 403, 429 or 503.</summary>
    public int StatusCode => Outcome switch
    {
        ApiKeyOutcome.Allowed => 200,
        ApiKeyOutcome.Forbidden => 403,
        ApiKeyOutcome.TooManyRequests => 429,
        ApiKeyOutcome.Unavailable => 503,
        _ => 401,
    };

    /// <summary>Gets when to try again, above zero, for 429 and 503; else null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the limit that refused it; else null.</summary>
    public ApiKeyLimit? Limit { get; init; }
}
