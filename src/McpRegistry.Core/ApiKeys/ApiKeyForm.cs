namespace McpRegistry.ApiKeys;

/// <summary>What the text of a presented key looks like.</summary>
internal enum ApiKeyForm
{
    /// <summary>It cannot be a key.</summary>
    Malformed,

    /// <summary>A key of ours; it names its look-up id.</summary>
    Issued,

    /// <summary>A key that the operator made up; its look-up id is derived from it.</summary>
    Supplied,
}
