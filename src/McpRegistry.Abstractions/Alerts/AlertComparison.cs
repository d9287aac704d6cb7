namespace McpRegistry.Alerts;

/// <summary>How a measured value is compared with the threshold of an alert.</summary>
public enum AlertComparison
{
    /// <summary>The value is greater.</summary>
    GreaterThan,

    /// <summary>The value is less.</summary>
    LessThan,

    /// <summary>The value is greater or equal.</summary>
    GreaterThanOrEqual,

    /// <summary>The value is less or equal.</summary>
    LessThanOrEqual,

    /// <summary>The value is equal.</summary>
    Equal,
}
