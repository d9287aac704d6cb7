namespace McpRegistry.AccessControl;

/// <summary>Whether a rule says something to a caller at a moment, and if not, why. The names are part of <c>access/explain</c>.</summary>
internal enum AccessRuleState
{
    Applies,
    OtherSubject,
    Inactive,
    NotYet,
    Over,
    OtherDay,
    OtherHour,

    /// <summary>It grants nothing, for nobody can say when it holds; what it denies stays denied.</summary>
    UnknownTimeZone,
}
