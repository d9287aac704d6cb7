namespace McpRegistry.ResilienceDrill;

/// <summary>How long the drill is, and what it demands. A machine that runs all tests at once is a poor measure; a run of its own is a good one.</summary>
internal sealed record DrillTerms
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long each of the three parts of the fault drill takes: before, during and after the faults.</summary>
    public required TimeSpan Part { get; init; }

    /// <summary>Gets how long the overload lasts.</summary>
    public required TimeSpan Overload { get; init; }

    /// <summary>Gets how slow an endpoint is that is slow.</summary>
    public required TimeSpan Slow { get; init; }

    /// <summary>Gets how long the gateway waits for one endpoint: half of that.</summary>
    public TimeSpan AttemptTimeout => Slow / 2;

    /// <summary>Gets how long it may take until all is as before.</summary>
    public required TimeSpan Back { get; init; }

    /// <summary>Gets within which time the speed is to be the full one after an overload.</summary>
    public required TimeSpan FullSpeed { get; init; }

    /// <summary>Gets within which time half of the refused calls of an overload must have been refused.</summary>
    public required TimeSpan Early { get; init; }

    /// <summary>Gets how long a call of the overload takes at its endpoint.</summary>
    public required TimeSpan Service { get; init; }

    /// <summary>Gets how long a call of the overload may wait for its turn.</summary>
    public required TimeSpan MaxWait { get; init; }

    /// <summary>Gets which part of the calls that matter most must have been answered, beside three times the part of those that matter least.</summary>
    public required double LeastHigh { get; init; }

    public static DrillTerms For(TimeSpan length) => length >= Measured
        ? new()
        {
            Part = length / 3,
            Overload = length / 2,
            Slow = TimeSpan.FromSeconds(2),
            Back = length / 3,
            FullSpeed = TimeSpan.FromSeconds(2),
            Early = TimeSpan.FromMilliseconds(100),
            Service = TimeSpan.FromMilliseconds(40),
            MaxWait = TimeSpan.FromSeconds(2),
            LeastHigh = 0.9,
        }
        : new()
        {
            // What stands still for a second must not be taken for slow; the faults last until what is slow was found out.
            Part = length / 3,
            Overload = length / 3,
            Slow = TimeSpan.FromSeconds(6),
            Back = TimeSpan.FromMinutes(1),
            FullSpeed = TimeSpan.FromSeconds(20),
            Early = TimeSpan.FromSeconds(10),
            Service = TimeSpan.FromMilliseconds(100),
            MaxWait = TimeSpan.FromSeconds(20),
            LeastHigh = 0,
        };

    /// <summary>Gets how long the faults last.</summary>
    public TimeSpan Faults => Part > Slow * 0.75 ? Part : Slow * 0.75;
}
