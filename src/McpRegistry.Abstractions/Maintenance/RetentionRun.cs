using System.Collections.Immutable;

namespace McpRegistry.Maintenance;

/// <summary>What a run of a retention policy did, or a dry run would do.</summary>
public sealed record RetentionRun
{
    /// <summary>Gets what became of it.</summary>
    public required RetentionOutcome Outcome { get; init; }

    /// <summary>Gets how many rows were deleted, or would be in a dry run.</summary>
    public long Rows { get; init; }

    /// <summary>Gets the time before which rows go, UTC; null unless it succeeded.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Gets how long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets why the policy was refused.</summary>
    public ImmutableArray<ValidationFault> Faults { get; init; } = [];
}
