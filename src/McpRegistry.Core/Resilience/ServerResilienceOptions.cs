namespace McpRegistry.Resilience;

/// <summary>What holds for the calls of one server.</summary>
public sealed class ServerResilienceOptions
{
    /// <summary>Gets or sets how long the server may be silent on a call, in the place of <c>McpRegistry:Gateway:RequestTimeout</c>; null (the default) leaves that.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Gets or sets how long a call may take in all, in the place of <c>McpRegistry:Gateway:MaxRequestDuration</c>; null (the default) leaves that.</summary>
    public TimeSpan? MaxRequestDuration { get; set; }

    /// <summary>Gets or sets how long one endpoint may be silent, in the place of <see cref="ResilienceOptions.AttemptTimeout"/>; null (the default) leaves that.</summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>
    /// Gets or sets after how long without an answer another endpoint is asked as well, in the place of <see cref="HedgingOptions.Delay"/>; 0 for never, up to 1 minute.
    /// Null (the default) leaves that.
    /// </summary>
    public TimeSpan? HedgeDelay { get; set; }

    /// <summary>Gets or sets the most calls at once to the server, in the place of <see cref="QueueOptions.MaxConcurrent"/>, 1 to 1,000,000; null (the default) leaves that.</summary>
    public int? MaxConcurrent { get; set; }

    /// <summary>Gets or sets what becomes of clients whose session at the server is lost. Default <see cref="SessionLoss.Reopen"/>.</summary>
    public SessionLoss SessionLoss { get; set; }

    /// <summary>Gets what holds for single tools, by the name that the server gives them. Default none.</summary>
    public IDictionary<string, ToolResilienceOptions> Tools { get; } = new Dictionary<string, ToolResilienceOptions>(StringComparer.Ordinal);
}
