namespace McpRegistry.Alerts;

/// <summary>What the evaluations of an alert have come to so far.</summary>
public sealed record AlertState
{
    /// <summary>Gets the state of an alert that was never evaluated.</summary>
    public static AlertState Initial { get; } = new();

    /// <summary>Gets a value that tells whether the alert is firing.</summary>
    public bool IsTriggered { get; init; }

    /// <summary>Gets since when the condition has held without a break, UTC; null while it does not hold.</summary>
    public DateTimeOffset? TriggeredSince { get; init; }

    /// <summary>Gets when the alert last began to fire, UTC; null before the first time.</summary>
    public DateTimeOffset? LastTriggered { get; init; }

    /// <summary>Gets how often the alert began to fire.</summary>
    public long TriggerCount { get; init; }

    /// <summary>Gets when somebody was last told, UTC; null before the first time.</summary>
    public DateTimeOffset? LastNotification { get; init; }
}
