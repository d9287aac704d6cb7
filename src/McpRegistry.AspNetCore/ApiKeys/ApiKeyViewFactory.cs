using McpRegistry.ApiKeys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>Turns keys into answers.</summary>
internal sealed class ApiKeyViewFactory(TimeProvider time, IOptions<ApiKeyOptions> options)
{
    private const int PrefixLength = 12;

    public ApiKeyView Create(HttpContext context, StoredApiKey stored)
    {
        var (key, now) = (stored.Key, time.GetUtcNow());
        var state = StateOf(stored, now);
        return new ApiKeyView(
            key.Id,
            key.Name,
            key.Description,
            state,
            [.. ScopeNames.Of(key.Scopes)],
            key.Enabled,
            key.Owner,
            key.AllowedServers,
            key.AllowedMethods,
            key.AllowedAddresses,
            key.LimitPerHour,
            key.LimitPerDay,
            key.LookupId[..Math.Min(PrefixLength, key.LookupId.Length)],
            key.LastFour,
            key.CreatedAt,
            key.ExpiresAt,
            key.RevokedAt,
            key.RevokedReason,
            key.RotatedFrom,
            state is not ("revoked" or "expired") && now - key.CreatedAt >= options.Value.RotationAge,
            stored.Lockout.LockedUntil is { } until && until > now ? until : null,
            stored.Lockout.FailedAttempts,
            new ApiKeyUsageView(
                stored.Usage.LastUsed, stored.Usage.LastSuccess, stored.Usage.LastError, stored.Usage.TotalRequests, stored.Usage.TotalErrors),
            key.Version,
            new ApiKeyUrlsView(context.Request.PathBase + ApiKeyEndpoints.Path + $"/{key.Id}"));
    }

    private static string StateOf(StoredApiKey stored, DateTimeOffset now) =>
        stored.Key.RevokedAt is not null ? "revoked"
        : stored.Key.ExpiresAt <= now ? "expired"
        : !stored.Key.Enabled ? "disabled"
        : now < stored.Lockout.LockedUntil ? "locked"
        : "active";
}
