namespace McpRegistry.AccessControl;

/// <summary>Whether a caller gets as far as to the rules, apart from the state of its tenant.</summary>
internal enum CallerState
{
    Active,
    Revoked,
    Disabled,
    Expired,
    Locked,
    OwnerInactive,
    OwnerUnknown,
    UserInactive,
}
