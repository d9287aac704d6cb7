namespace McpRegistry.ResilienceDrill;

/// <summary>A call that has ended.</summary>
/// <param name="Id">The id that its executions are counted by.</param>
/// <param name="Kind">Which tool it was for, or which priority it had.</param>
/// <param name="Began">The timestamp at which it was sent.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Endpoint">Who answered it; -1 when nobody did.</param>
/// <param name="Failure">Why it has no result; null when it has one.</param>
internal readonly record struct CallRecord(string Id, string Kind, long Began, TimeSpan Took, int Endpoint, string? Failure)
{
    public bool Failed => Failure is not null;

    /// <summary>Gets the timestamp at which it ended.</summary>
    public long Ended => Began + Clock.Ticks(Took);
}
