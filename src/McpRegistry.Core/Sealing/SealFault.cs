namespace McpRegistry.Sealing;

/// <summary>Why a text does not open.</summary>
internal enum SealFault
{
    None,

    /// <summary>Changed on its way, of another purpose, sealed with an unknown key, too long, or no sealed text at all.</summary>
    Invalid,
    Expired,
}
