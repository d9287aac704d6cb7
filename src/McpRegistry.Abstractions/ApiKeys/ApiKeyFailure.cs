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

    /// <summary>The key is good, but may not be used from this address. The one reason that callers are told (HTTP 403).</summary>
    AddressNotAllowed,
}
