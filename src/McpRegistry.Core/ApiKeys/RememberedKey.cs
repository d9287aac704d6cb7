using System.Net;
using McpRegistry.Users;

namespace McpRegistry.ApiKeys;

/// <summary>A key with everything that decides on it, as it was read; the cache forgets it when any of that changes.</summary>
/// <param name="stored">The key as stored.</param>
/// <param name="ownerRole">The role of its owner; null when it has none.</param>
/// <param name="standing">What speaks against its tenant or owner.</param>
/// <param name="until">Until when it is trusted without being read again.</param>
internal sealed class RememberedKey(StoredApiKey stored, UserRole? ownerRole, ApiKeyFailure standing, DateTimeOffset until)
{
    // What a warm use decides by lies in this object itself: with many keys each further object is a miss of the processor's
    // cache, and three of those cost as much as the hash.
    private readonly long _until = until.UtcTicks;
    private readonly long _expires = stored.Key.ExpiresAt?.UtcTicks ?? long.MaxValue;
    private readonly long _lockedUntil = stored.Lockout.LockedUntil?.UtcTicks ?? long.MinValue;
    private readonly AddressList? _addresses = stored.Key.AllowedAddresses.IsDefaultOrEmpty ? null : new(stored.Key.AllowedAddresses);
    private readonly ApiKeyFailure _fault =
        stored.Key.RevokedAt is not null ? ApiKeyFailure.Revoked
        : !stored.Key.Enabled ? ApiKeyFailure.Disabled
        : standing;

    private volatile bool _hasFailures = stored.Lockout is not { FailedAttempts: 0, Lockouts: 0 };

    public ApiKeyGrant Grant { get; } = new(stored.Key, ownerRole);

    public ApiKey Key => Grant.Key;

    /// <summary>Gets or sets the digest of the key's whole text; null until somebody presented it. Belongs to the cache's lock.</summary>
    public ApiKeyDigest? Digest { get; set; }

    /// <summary>Gets or sets a value that tells whether failures are counted that the next success has to end.</summary>
    public bool HasFailures
    {
        get => _hasFailures;
        set => _hasFailures = value;
    }

    /// <summary>Says whether it still counts as read.</summary>
    public bool IsFresh(DateTimeOffset now) => now.UtcTicks < _until;

    public bool IsLocked(DateTimeOffset now) => now.UtcTicks < _lockedUntil;

    /// <summary>Says whether the key is good, be it locked for now.</summary>
    public bool IsUsable(DateTimeOffset now) => _fault == ApiKeyFailure.None && !IsOver(now);

    /// <summary>Says whether a wrong secret can do harm to the key: one that cannot be used needs no lock.</summary>
    public bool CountsFailures(DateTimeOffset now) => IsUsable(now) && !IsLocked(now);

    /// <summary>Decides anew with each use: time passes, and the address is the caller's.</summary>
    public ApiKeyFailure Judge(DateTimeOffset now, IPAddress? address)
    {
        var state = JudgeState(now);
        return state == ApiKeyFailure.None && _addresses?.Contains(address) == false ? ApiKeyFailure.AddressNotAllowed : state;
    }

    /// <summary>Decides by all but the address of the caller.</summary>
    public ApiKeyFailure JudgeState(DateTimeOffset now) =>
        _fault != ApiKeyFailure.None ? _fault
        : IsOver(now) ? ApiKeyFailure.Expired
        : IsLocked(now) ? ApiKeyFailure.Locked
        : ApiKeyFailure.None;

    private bool IsOver(DateTimeOffset now) => _expires <= now.UtcTicks;
}
