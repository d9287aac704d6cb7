using McpRegistry.ApiKeys;
using McpRegistry.Protocol;

namespace McpRegistry.AccessControl;

/// <summary>A rule in the form in which it is asked: sets as bits, the time zone found.</summary>
internal sealed class CompiledRule
{
    private readonly ulong _allowed;
    private readonly ulong _denied;
    private DateTimeOffset _changeKnownFrom = DateTimeOffset.MaxValue;
    private DateTimeOffset _nextChange;

    public CompiledRule(AccessRule rule, AccessRuleUses? uses)
    {
        Rule = rule;
        Window = new AccessWindow(rule);
        Use = uses?.Of(rule);
        _allowed = rule.AllowedMethods.IsDefaultOrEmpty ? ulong.MaxValue : GovernedMethods.MaskOf(rule.AllowedMethods);
        _denied = GovernedMethods.MaskOf(rule.DeniedMethods);
    }

    public AccessRule Rule { get; }

    public AccessWindow Window { get; }

    /// <summary>Gets what counts the calls that the rule lets through; null where nobody does.</summary>
    public AccessRuleCount? Use { get; }

    public bool IsAbout(Caller caller) => Rule.Subject.Kind switch
    {
        AccessSubjectKind.User => caller.UserId == Rule.Subject.Id,
        AccessSubjectKind.ApiKey => caller.KeyId == Rule.Subject.Id,
        AccessSubjectKind.Tenant => caller.Tenant.Value == Rule.Subject.Id,
        _ => false,
    };

    /// <summary>Tells whether the rule says anything at all to a caller now, and if not, why.</summary>
    public AccessRuleState At(Caller caller, DateTimeOffset moment) => !IsAbout(caller) ? AccessRuleState.OtherSubject
        : !Rule.IsActive ? AccessRuleState.Inactive
        : Window.At(moment) switch
        {
            AccessWindowState.Open => AccessRuleState.Applies,
            AccessWindowState.NotYet => AccessRuleState.NotYet,
            AccessWindowState.Over => AccessRuleState.Over,
            AccessWindowState.OtherDay => AccessRuleState.OtherDay,
            AccessWindowState.OtherHour => AccessRuleState.OtherHour,
            _ => AccessRuleState.UnknownTimeZone,
        };

    /// <summary>Returns the first moment after the given one at which the clock changes what the rule says. Remembered, so not for two threads at once.</summary>
    public DateTimeOffset NextChange(DateTimeOffset moment)
    {
        if (!Rule.IsActive)
        {
            return DateTimeOffset.MaxValue;
        }

        if (moment < _changeKnownFrom || moment >= _nextChange)
        {
            (_changeKnownFrom, _nextChange) = (moment, Window.NextChange(moment));
        }

        return _nextChange;
    }

    public bool Allows(McpMethod method) => !GovernedMethods.Includes(method) || (_allowed & GovernedMethods.Bit(method)) != 0;

    public bool Denies(McpMethod method) => (_denied & GovernedMethods.Bit(method)) != 0;
}
