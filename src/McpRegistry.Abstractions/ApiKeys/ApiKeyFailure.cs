namespace McpRegistry.ApiKeys;

/// <summary>Why a key was refused.</summary>
public enum ApiKeyFailure
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The text cannot be a key: wrong form or wrong checksum.</summary>
    Malformed,

    /// <summary>No key has this id.</summary>
    Unknown,

    /// <summary>The id exists, the secret is wrong.</summary>
    WrongSecret,

    /// <summary>The key's time is over.</summary>
    Expired,

    /// <summary>The key was revoked.</summary>
    Revoked,

    /// <summary>The key is switched off.</summary>
    Disabled,

    /// <summary>The key is locked, because its id was presented with wrong secrets.</summary>
    Locked,

    /// <summary>The tenant of the key is suspended.</summary>
    TenantSuspended,

    /// <summary>The tenant of the key is closed.</summary>
    TenantDisabled,

    /// <summary>The tenant of the key was deleted.</summary>
    TenantUnknown,

    /// <summary>The user who owns the key is not active.</summary>
    OwnerInactive,

    /// <summary>The user who owns the key was deleted.</summary>
    OwnerUnknown,

    /// <summary>The key is good, but may not be used from this address. The one reason of a validation that callers are told (HTTP 403).</summary>
    AddressNotAllowed,

    /// <summary>The key is good, but lacks the scope (HTTP 403). This and what follows is decided for an <see cref="ApiKeyDemand"/>.</summary>
    ScopeMissing,

    /// <summary>The key is good, but reaches other servers only (HTTP 403).</summary>
    ServerNotAllowed,

    /// <summary>The key is good, but may call other methods only (HTTP 403).</summary>
    MethodNotAllowed,

    /// <summary>An hourly or daily limit of the key or its tenant is used up (HTTP 429).</summary>
    LimitReached,

    /// <summary>The store could not say whether a limit is used up (HTTP 503).</summary>
    LimitUnknown,
}
