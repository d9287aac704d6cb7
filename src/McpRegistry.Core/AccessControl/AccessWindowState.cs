namespace McpRegistry.AccessControl;

/// <summary>How the time of a rule stands to a moment.</summary>
internal enum AccessWindowState
{
    Open,
    NotYet,
    Over,
    OtherDay,
    OtherHour,

    /// <summary>The time zone is not known here.</summary>
    Unreadable,
}
