using System.Collections.Immutable;
using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>The rules of one tenant about one server.</summary>
internal sealed class ServerRules
{
    private readonly ImmutableArray<CompiledRule> _rules;

    /// <summary>Makes the set.</summary>
    /// <param name="author">Whose rules they are.</param>
    /// <param name="rules">The rules; their order is that of their ids.</param>
    public ServerRules(TenantId author, IEnumerable<CompiledRule> rules)
    {
        _rules = [.. rules.OrderBy(static rule => rule.Rule.Id)];
        ClosesHome = _rules.Any(rule => rule.Rule.Subject.Kind != AccessSubjectKind.Tenant || rule.Rule.Subject.Id == author.Value);
    }

    public ImmutableArray<CompiledRule> Rules => _rules;

    /// <summary>
    /// Gets a value that tells whether some rule is about callers of the author's own tenant, so that only those of them get in
    /// whom a rule lets in. What is only shared with others stays open to its own tenant.
    /// </summary>
    public bool ClosesHome { get; }

    /// <summary>Unites the rules that apply; a denial in any of them wins.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="granted">What the caller has without any rule.</param>
    /// <param name="without">Why it has that.</param>
    public AccessDecision Decide(in AccessRequest request, AccessPermissions granted, AccessReason without)
    {
        CompiledRule? decided = null;
        var refused = AccessReason.NoRule;
        foreach (var rule in _rules)
        {
            var state = rule.At(request.Caller, request.At);
            if (state is AccessRuleState.Applies or AccessRuleState.UnknownTimeZone && rule.Denies(request.Method))
            {
                return new AccessDecision(AccessReason.MethodDenied, rule);
            }

            if (state != AccessRuleState.Applies)
            {
                continue;
            }

            var isForMethod = rule.Allows(request.Method);
            var given = rule.Rule.Permissions & request.Needed & (isForMethod ? ~AccessPermissions.None : ~AccessPermissions.Proxy) & ~granted;
            if (given != AccessPermissions.None)
            {
                granted |= given;
                decided = rule;
            }

            refused = !isForMethod && (rule.Rule.Permissions & request.Needed & AccessPermissions.Proxy) != AccessPermissions.None ? AccessReason.MethodNotAllowed
                : refused == AccessReason.MethodNotAllowed ? refused
                : AccessReason.NoPermission;
        }

        return (granted & request.Needed) == request.Needed
            ? new AccessDecision(decided is null ? without : AccessReason.Rule, decided)
            : new AccessDecision(refused);
    }

    /// <summary>Returns a moment up to which no rule about a caller begins or ceases to apply.</summary>
    public DateTimeOffset StaysUntil(Caller caller, DateTimeOffset moment)
    {
        var until = DateTimeOffset.MaxValue;
        foreach (var rule in _rules)
        {
            if (rule.Rule.IsActive && rule.IsAbout(caller) && rule.Window.StaysUntil(moment) is var end && end < until)
            {
                until = end;
            }
        }

        return until;
    }
}
