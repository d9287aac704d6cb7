using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>
/// One request that was answered. It never holds a header, a query, a body or an argument. Lengths are UTF-16 units; longer
/// text is cut, never inside a character.
/// </summary>
public sealed record RequestLogEntry
{
    /// <summary>The most characters of <see cref="Path"/>.</summary>
    public const int MaxPathLength = 500;

    /// <summary>The most characters of names and ids.</summary>
    public const int MaxNameLength = 255;

    /// <summary>The most characters of <see cref="ErrorMessage"/>.</summary>
    public const int MaxErrorMessageLength = 2_000;

    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the tenant of the caller.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the user; null when no user asked.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Gets the API key that was used; null for none.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>Gets the client's own id of the request, up to 255 characters; null for none.</summary>
    public string? RequestId { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the id of the distributed trace, up to 255 characters; null for none.</summary>
    public string? TraceId { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the address that the request came from, up to 255 characters; null for none.</summary>
    public string? IpAddress { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the HTTP method, up to 255 characters.</summary>
    public required string Method { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the path without the query, up to 500 characters.</summary>
    public required string Path { get; init => field = BoundedText.Cut(value, MaxPathLength); }

    /// <summary>Gets the MCP method, up to 255 characters; null when it was no MCP request.</summary>
    public string? McpMethod { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the server's own name of the tool or prompt, or the URI of the resource, also of a prompt or template whose argument is completed, up to 255 characters; null for none.</summary>
    public string? TargetName { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the server that it went to; null for none, and for one that was deleted since.</summary>
    public Guid? TargetServerId { get; init; }

    /// <summary>Gets the endpoint of that server; null when it is not known.</summary>
    public Guid? TargetEndpointId { get; init; }

    /// <summary>Gets when the request came, UTC; stores keep microseconds.</summary>
    public required DateTimeOffset RequestTime { get; init; }

    /// <summary>Gets how long the answer took in milliseconds; null when that was not measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? DurationMs { get; init => field = FiniteNumber.Require(value, nameof(DurationMs)); }

    /// <summary>Gets the HTTP status; 499 when the client hung up first.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Gets the bytes of the request's body; null when they were not counted.</summary>
    public long? RequestSizeBytes { get; init; }

    /// <summary>Gets the bytes of the answer, without what a stream sent before it; null when they were not counted.</summary>
    public long? ResponseSizeBytes { get; init; }

    /// <summary>Gets the stable reason of a failure, up to 255 characters; null for a success.</summary>
    public string? ErrorType { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets what went wrong, in the gateway's own words, up to 2,000 characters; null for nothing.</summary>
    public string? ErrorMessage { get; init => field = BoundedText.Cut(value, MaxErrorMessageLength); }
}
