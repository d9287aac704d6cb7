namespace McpRegistry.Maintenance;

/// <summary>
/// How long the rows of one table are kept. It concerns the whole store, so it belongs to no tenant; <see cref="Conditions"/>
/// can narrow it to one.
/// </summary>
public sealed record RetentionPolicy
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the name for people, unique (exact), 1 to 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what the policy is for; null for nothing to say.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the table, one of <see cref="IRetentionTarget.Tables"/>; anything else is refused when the policy runs.</summary>
    public required string Table { get; init; }

    /// <summary>Gets the column that tells the age of a row, one of <see cref="RetentionTable.DateColumns"/>.</summary>
    public required string DateColumn { get; init; }

    /// <summary>Gets how many days a row is kept, 1 to 36,500.</summary>
    public required int RetentionDays { get; init; }

    /// <summary>Gets how many rows one statement deletes at most, 1 to 100,000. Default 1,000.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>
    /// Gets which rows the policy is about: a JSON object from column (of <see cref="RetentionTable.ConditionColumns"/>) to
    /// the value that the row must have. Default <c>{}</c>, all rows. A store may give it back with other white space, and throws
    /// a <see cref="System.Text.Json.JsonException"/> for text that is no JSON.
    /// </summary>
    public string Conditions { get; init; } = "{}";

    /// <summary>Gets a value that tells whether the policy runs by itself. Default true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Gets when it last ran, UTC; null for never.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>Gets when it is due, UTC; null for at once.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>Gets how many rows it has deleted in all.</summary>
    public long TotalDeleted { get; init; }

    /// <summary>Gets how many rows its last run deleted.</summary>
    public long LastDeletedCount { get; init; }

    /// <summary>
    /// Gets how long a run takes, in milliseconds: a moving average in which the last run counts one fifth. Null before the
    /// first run.
    /// </summary>
    public double? AverageRunMilliseconds { get; init; }

    /// <summary>Gets when the policy was added, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when its definition last changed, UTC. Runs do not change it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the version of the definition, which every update raises by one; runs do not.</summary>
    public long Version { get; init; }
}
