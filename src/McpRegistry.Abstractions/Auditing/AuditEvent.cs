using System.Collections.Immutable;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>
/// One entry of the audit trail: who did what to what, and how it went. Lengths are UTF-16 units; longer text is cut, never
/// inside a character. It refers to other rows by id only, since it outlives them.
/// </summary>
public sealed record AuditEvent
{
    /// <summary>The most characters of names, ids and methods.</summary>
    public const int MaxNameLength = 255;

    /// <summary>The most characters of <see cref="ErrorMessage"/>.</summary>
    public const int MaxErrorMessageLength = 2_000;

    /// <summary>The most characters of <see cref="UserAgent"/>.</summary>
    public const int MaxUserAgentLength = 500;

    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets whose trail it belongs to.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets which part of the system it tells of.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has no name.</exception>
    public AuditSource Source { get; init => field = Named(value, nameof(Source)); }

    /// <summary>Gets when it happened, UTC; stores keep microseconds.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Gets what kind of party acted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has no name.</exception>
    public AuditActorKind ActorKind { get; init => field = Named(value, nameof(ActorKind)); }

    /// <summary>Gets the actor's name for people, up to 255 characters; null when there is none.</summary>
    public string? ActorName { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the user; null when no user acted.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Gets the API key that was used; null for none.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>Gets the roles that the actor had, each up to 255 characters.</summary>
    public ImmutableArray<string> Roles
    {
        get;
        init => field = value.IsDefault ? [] : [.. value.Select(role => BoundedText.Cut(role, MaxNameLength))];
    } = [];

    /// <summary>Gets what was done, such as <c>server.update</c> or <c>tools/call</c>, up to 255 characters.</summary>
    public required string Action { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the kind of thing it was done to, such as <c>server</c>, up to 255 characters.</summary>
    public required string ResourceType { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the id of that thing, up to 255 characters; null when there is none.</summary>
    public string? ResourceId { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the name of that thing, up to 255 characters; null when there is none.</summary>
    public string? ResourceName { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets a value that tells whether it was done.</summary>
    public bool Success { get; init; } = true;

    /// <summary>Gets the JSON-RPC or HTTP error code; null for none.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Gets what went wrong, in the gateway's own words, up to 2,000 characters; null for nothing.</summary>
    public string? ErrorMessage { get; init => field = BoundedText.Cut(value, MaxErrorMessageLength); }

    /// <summary>Gets the MCP method, up to 255 characters; null when it was no MCP call.</summary>
    public string? Method { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the version of JSON-RPC, up to 255 characters; null when it was no MCP call.</summary>
    public string? JsonRpcVersion { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the id of the request, up to 255 characters; null for none.</summary>
    public string? RequestId { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the id of the distributed trace, up to 255 characters; null for none.</summary>
    public string? TraceId { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets a name of the session that is no secret, up to 255 characters; null for none.</summary>
    public string? SessionId { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets the address that the request came from, up to 255 characters; null for none.</summary>
    public string? IpAddress { get; init => field = BoundedText.Cut(value, MaxNameLength); }

    /// <summary>Gets what the client called itself, up to 500 characters; null for nothing.</summary>
    public string? UserAgent { get; init => field = BoundedText.Cut(value, MaxUserAgentLength); }

    /// <summary>Gets how long it took in milliseconds; null when that was not measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? DurationMs { get; init => field = FiniteNumber.Require(value, nameof(DurationMs)); }

    /// <summary>
    /// Gets further facts as a JSON object of up to 65,536 characters, without secrets; <c>{}</c> for none. Stores may change
    /// white space and the order of members.
    /// </summary>
    /// <exception cref="ArgumentException">The text is no JSON object that <see cref="StorableJson"/> lets pass, or too long.</exception>
    public string Details { get; init => field = JsonObjectText.Require(value, nameof(Details)); } = "{}";

    private static T Named<T>(T value, string name)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, "The value has no name.");
}
