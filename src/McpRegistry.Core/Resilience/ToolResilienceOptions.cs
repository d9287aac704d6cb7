namespace McpRegistry.Resilience;

/// <summary>What holds for the calls of one tool; what is null (the default of all) is that of its server.</summary>
public sealed class ToolResilienceOptions
{
    /// <summary>Gets or sets how long the server may be silent on a call.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Gets or sets how long a call may take in all.</summary>
    public TimeSpan? MaxRequestDuration { get; set; }

    /// <summary>Gets or sets how long one endpoint may be silent.</summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>Gets or sets after how long without an answer another endpoint is asked as well, if the call may run twice; 0 for never.</summary>
    public TimeSpan? HedgeDelay { get; set; }

    /// <summary>
    /// Gets or sets whether a call that may have run does no harm when it runs again, whatever the tool says of itself; null leaves that to its
    /// <c>readOnlyHint</c> and <c>idempotentHint</c>.
    /// </summary>
    public bool? MayRepeat { get; set; }
}
