namespace McpRegistry.Upstream;

/// <summary>Why an upstream gave no answer.</summary>
/// <param name="Reason">A code of <see cref="Discovery.FaultReasons"/>.</param>
/// <param name="Message">What happened; safe to show.</param>
/// <param name="MayHaveRun">False when the request certainly never reached the server, so that it can be sent again.</param>
internal sealed record UpstreamFault(string Reason, string Message, bool MayHaveRun = false)
{
    /// <summary>Gets the HTTP status that told of the fault; 0 when it was not HTTP.</summary>
    public int HttpStatus { get; init; }

    /// <summary>Gets a value that tells whether the server speaks another era than its connection, so that it has to be asked anew.</summary>
    public bool ContradictsEra { get; init; }

    /// <summary>Gets a value that tells whether the process of the server has ended, and the next one was not tried yet.</summary>
    public bool IsRestarting { get; init; }

    /// <summary>Gets a value that tells whether what the server kept for the client is lost, and the client is to know.</summary>
    public bool EndsSession { get; init; }

    /// <summary>Gets a value that tells whether the gateway itself closed the connection, which says nothing about the server.</summary>
    public bool IsOwnDoing { get; init; }

    /// <summary>Gets how long the caller should wait before it tries again; null when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets a value that tells whether only this message did not get through: the connection, with all else that runs on it, stands.</summary>
    public bool ConnectionHolds { get; init; }

    /// <summary>Faults that say the server itself is gone, not just this call.</summary>
    public bool MeansDown => ContradictsEra
        || (!ConnectionHolds && Reason is Discovery.FaultReasons.Unreachable or Discovery.FaultReasons.ProcessExited or Discovery.FaultReasons.SessionLost);

    /// <summary>Gets a value that tells whether the same request may get an answer at another time.</summary>
    public bool MayPass => CanPass(Reason, HttpStatus);

    /// <summary>Tells whether a fault may be gone at another time, with nothing changed at either side.</summary>
    /// <param name="reason">A code of <see cref="Discovery.FaultReasons"/>.</param>
    /// <param name="httpStatus">The status that told of the fault; 0 when it is not known.</param>
    public static bool CanPass(string reason, int httpStatus = 0) => reason switch
    {
        Discovery.FaultReasons.HttpError => httpStatus is 0 or 408 or 425 or 429 or >= 500,
        _ => reason is Discovery.FaultReasons.Unreachable or Discovery.FaultReasons.Timeout or Discovery.FaultReasons.ProcessExited
            or Discovery.FaultReasons.SessionLost or Discovery.FaultReasons.Busy or Discovery.FaultReasons.CircuitOpen or Discovery.FaultReasons.Pending
            or Discovery.FaultReasons.Maintenance,
    };
}
