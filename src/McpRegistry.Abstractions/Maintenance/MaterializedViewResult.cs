namespace McpRegistry.Maintenance;

/// <summary>The outcome of a step with a materialised view.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Refresh">What the view holds now, after a creation or refresh that succeeded.</param>
/// <param name="Message">Why it was refused, for the administrator who wrote the query.</param>
public sealed record MaterializedViewResult(
    MaterializedViewOutcome Outcome, MaterializedViewRefresh? Refresh = null, string? Message = null)
{
    /// <summary>Gets a value that tells whether the step took place.</summary>
    public bool Succeeded => Outcome == MaterializedViewOutcome.Success;
}
