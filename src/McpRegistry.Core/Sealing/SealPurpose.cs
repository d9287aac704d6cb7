namespace McpRegistry.Sealing;

/// <summary>What a sealed text is for. Text of one purpose does not open for another.</summary>
internal enum SealPurpose
{
    ListCursor,
    RequestState,
    TaskId,
    SessionId,
}
