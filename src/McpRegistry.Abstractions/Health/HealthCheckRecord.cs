using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Health;

/// <summary>What one check of a server found. Lengths are UTF-16 units; longer text is cut, never inside a character.</summary>
public sealed record HealthCheckRecord
{
    /// <summary>The most characters of <see cref="ErrorMessage"/>.</summary>
    public const int MaxErrorMessageLength = 2_000;

    /// <summary>The most characters of <see cref="Instance"/>.</summary>
    public const int MaxNameLength = 255;

    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the tenant of the server.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the server.</summary>
    public required Guid ServerId { get; init; }

    /// <summary>Gets the endpoint that was checked; null for the server as a whole.</summary>
    public Guid? EndpointId { get; init; }

    /// <summary>Gets when the check ended, UTC; stores keep microseconds.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Gets what was found.</summary>
    public required HealthCheckOutcome Outcome { get; init; }

    /// <summary>Gets the time to the answer in milliseconds; null without an answer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? ResponseTimeMs { get; init => field = FiniteNumber.Require(value, nameof(ResponseTimeMs)); }

    /// <summary>Gets what went wrong, up to 2,000 characters; null for nothing.</summary>
    public string? ErrorMessage { get; init => field = BoundedText.Cut(value, MaxErrorMessageLength); }

    /// <summary>Gets the name of the replica that checked, up to 255 characters; null when it has none.</summary>
    public string? Instance { get; init => field = BoundedText.Cut(value, MaxNameLength); }
}
