using System.Collections.Immutable;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>A key as REST answers it: never its salt, hash or text.</summary>
internal sealed record ApiKeyView(
    Guid Id,
    string Name,
    string? Description,
    string State,
    ImmutableArray<string> Scopes,
    bool Enabled,
    Guid? Owner,
    ImmutableArray<Guid> AllowedServers,
    ImmutableArray<string> AllowedMethods,
    ImmutableArray<string> AllowedAddresses,
    int? LimitPerHour,
    int? LimitPerDay,
    string Prefix,
    string LastFour,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    string? RevokedReason,
    Guid? RotatedFrom,
    bool RotationDue,
    DateTimeOffset? LockedUntil,
    int FailedAttempts,
    ApiKeyUsageView Usage,
    long Version,
    ApiKeyUrlsView Urls);

internal sealed record ApiKeyUsageView(
    DateTimeOffset? LastUsed, DateTimeOffset? LastSuccess, DateTimeOffset? LastError, long TotalRequests, long TotalErrors);

internal sealed record ApiKeyUrlsView(string Self);

/// <summary>The one answer that has the text of a key.</summary>
internal sealed record NewApiKeyView(string Key, ApiKeyView Details);

internal sealed record ApiKeyListView(ImmutableArray<ApiKeyView> Keys, string? NextCursor);
