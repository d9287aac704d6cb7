namespace McpRegistry.ResilienceDrill;

/// <summary>How an endpoint answers calls.</summary>
internal enum Manner
{
    /// <summary>In its usual time.</summary>
    Well,

    /// <summary>After a time in which nobody waits any more.</summary>
    Slow,

    /// <summary>With HTTP 500, when it has run.</summary>
    Fails,
}
