namespace McpRegistry.Resilience;

/// <summary>What holds for the calls of some servers only; section <c>McpRegistry:Resilience</c>.</summary>
public sealed class ResilienceOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Resilience";

    /// <summary>
    /// Gets or sets how long one endpoint may be silent on a call before another one is asked, if the call may be repeated, or the call fails; progress starts
    /// the time anew. Holds while another endpoint could take the call; one that is the only such is waited for. Default none: <c>RequestTimeout</c> of the gateway alone holds. 0.1 seconds to 1 day.
    /// </summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>
    /// Gets what holds for single servers, by id, by the alias of one of the global tenant (as all of code and configuration are), or by <c>TENANT_ID/ALIAS</c> for
    /// one of another tenant; the id goes first. Default none.
    /// </summary>
    public IDictionary<string, ServerResilienceOptions> Servers { get; } = new Dictionary<string, ServerResilienceOptions>(StringComparer.OrdinalIgnoreCase);
}
