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
}
