namespace McpRegistry.AccessControl;

/// <summary>Whether a caller may do something with a server, and what decided that.</summary>
/// <param name="Reason">What decided.</param>
/// <param name="Rule">The rule that decided; null when it was none.</param>
internal readonly record struct AccessDecision(AccessReason Reason, CompiledRule? Rule = null)
{
    public bool IsAllowed => Reason <= AccessReason.Rule;

    /// <summary>Gets a value that tells whether the caller was named, by a rule, by ownership or by its scope, and not let in with everybody.</summary>
    public bool IsPersonal => Reason is AccessReason.Owner or AccessReason.AdminScope or AccessReason.Rule;
}
