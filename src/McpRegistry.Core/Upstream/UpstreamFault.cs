namespace McpRegistry.Upstream;

/// <summary>Why an upstream gave no answer.</summary>
/// <param name="Reason">A code of <see cref="Discovery.FaultReasons"/>.</param>
/// <param name="Message">What happened; safe to show.</param>
/// <param name="MayHaveRun">False when the request certainly never reached the server, so that it can be sent again.</param>
internal sealed record UpstreamFault(string Reason, string Message, bool MayHaveRun = false)
{
    /// <summary>Gets the HTTP status that told of the fault; 0 when it was not HTTP.</summary>
    public int HttpStatus { get; init; }

    /// <summary>Faults that say the server itself is gone, not just this call.</summary>
    public bool MeansDown => Reason is Discovery.FaultReasons.Unreachable or Discovery.FaultReasons.ProcessExited
        or Discovery.FaultReasons.SessionLost;
}
