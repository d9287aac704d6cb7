using System.Collections.Immutable;
using McpRegistry.Auditing;

namespace McpRegistry.ApiKeys;

/// <summary>What a rotation writes, all of it or nothing: the successor, the end of the old key, and the access rules of the successor.</summary>
public sealed record ApiKeyRotation
{
    /// <summary>Gets the old key as it will be; its version must be the stored one.</summary>
    public required ApiKey Old { get; init; }

    /// <summary>Gets the new key, which names the old one in <see cref="ApiKey.RotatedFrom"/>; the store sets its version to 1.</summary>
    public required ApiKey Successor { get; init; }

    /// <summary>Gets a copy about the successor of each rule that is about the old key, whether it is in force or not. Default none.</summary>
    public ImmutableArray<ApiKeyRuleCopy> Rules { get; init; } = [];

    /// <summary>Gets the time by which keys count as expired, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets how many keys of the tenant may be neither revoked nor expired after the rotation; null (the default) for any number.</summary>
    public int? MaxKeys { get; init; }

    /// <summary>Gets the audit events that commit with the rotation, in their order, and not without it. Default none.</summary>
    public ImmutableArray<AuditEvent> Audit { get; init; } = [];
}
