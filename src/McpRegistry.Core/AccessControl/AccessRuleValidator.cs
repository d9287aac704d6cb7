using System.Collections.Immutable;
using McpRegistry.ApiKeys;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.AccessControl;

/// <summary>Finds every fault of a rule at once. What is another tenant's is as if it were not there.</summary>
internal sealed class AccessRuleValidator(RegistrySnapshots snapshots, AccessRules rules, TimeProvider time, IUserStore users, IApiKeyStore keys, ITenantStore tenants)
{
    /// <param name="tenant">Whose rule it is.</param>
    /// <param name="rule">What the rule shall be.</param>
    /// <param name="existing">What it is so far; null for a new one.</param>
    /// <param name="cancellationToken">Cancels the look for the subject.</param>
    public async ValueTask<ImmutableArray<ValidationFault>> ValidateAsync(
        TenantId tenant, AccessRuleDefinition rule, AccessRule? existing, CancellationToken cancellationToken)
    {
        var faults = new List<ValidationFault>();
        var isOwn = CheckServer(tenant, rule.ServerId, existing?.ServerId, faults);
        await CheckSubjectAsync(tenant, rule.Subject, isOwn, faults, cancellationToken).ConfigureAwait(false);
        if ((rule.Permissions & ~(AccessGate.ToSee | AccessPermissions.Write | AccessPermissions.Admin)) != AccessPermissions.None)
        {
            faults.Add(new ValidationFault("permissions", "unknown_value", "One of these is expected: read, write, admin, proxy."));
        }

        CheckMethods("allowedMethods", rule.AllowedMethods, faults);
        CheckMethods("deniedMethods", rule.DeniedMethods, faults);
        CheckRange("allowedDays", rule.AllowedDays, 6, "A day is a number from 0 (Monday) to 6 (Sunday).", faults);
        CheckRange("allowedHours", rule.AllowedHours, 23, "An hour is a number from 0 to 23.", faults);
        if (AccessWindow.FindZone(rule.TimeZone) is null)
        {
            faults.Add(new ValidationFault("timeZone", "unknown_value", "A time zone is named as in the IANA database, for example Europe/Berlin."));
        }

        if (rule.EndsAt <= rule.StartsAt)
        {
            faults.Add(new ValidationFault("endsAt", "out_of_range", "The end must be later than the start."));
        }

        return [.. faults];
    }

    private bool CheckServer(TenantId tenant, Guid id, Guid? before, List<ValidationFault> faults)
    {
        var entry = snapshots.Current.Servers.GetValueOrDefault(id);
        if (entry?.Server.Tenant == tenant)
        {
            return true;
        }

        // A rule is changed and switched off also while its server is not shared: at night, or as long as its tenant is shut out.
        if (id != before && (entry is null || !IsShared(tenant, entry)))
        {
            faults.Add(NotThere("serverId", "server"));
        }

        return false;
    }

    /// <summary>As whoever sees all that the tenant sees: its own rules must not hide the server from who mends them.</summary>
    private bool IsShared(TenantId tenant, ServerEntry entry) =>
        rules.Current.IsReachable(tenant, entry.Server, time.GetUtcNow());

    private async ValueTask CheckSubjectAsync(TenantId tenant, AccessSubject subject, bool isOwn, List<ValidationFault> faults, CancellationToken cancellationToken)
    {
        switch (subject.Kind)
        {
            case AccessSubjectKind.User when await users.FindAsync(tenant, subject.Id, cancellationToken).ConfigureAwait(false) is null:
                faults.Add(NotThere("subject.id", "user"));
                break;
            case AccessSubjectKind.ApiKey when await keys.FindAsync(tenant, subject.Id, cancellationToken).ConfigureAwait(false) is null:
                faults.Add(NotThere("subject.id", "key"));
                break;
            case AccessSubjectKind.Tenant when subject.Id != tenant.Value && !(isOwn && await IsTenantAsync(subject.Id, cancellationToken).ConfigureAwait(false)):
                faults.Add(NotThere("subject.id", "tenant"));
                break;
            case AccessSubjectKind.User or AccessSubjectKind.ApiKey or AccessSubjectKind.Tenant:
                break;
            default:
                faults.Add(new ValidationFault("subject", "required", "Say whom the rule is about: a user, a tenant or an api_key."));
                break;
        }
    }

    private async ValueTask<bool> IsTenantAsync(Guid id, CancellationToken cancellationToken) =>
        id != Guid.Empty && await tenants.FindAsync(new TenantId(id), cancellationToken).ConfigureAwait(false) is not null;

    private static void CheckMethods(string path, ImmutableArray<string> methods, List<ValidationFault> faults)
    {
        for (var i = 0; i < methods.Length; i++)
        {
            if (!GovernedMethods.Names.Contains(methods[i], StringComparer.Ordinal))
            {
                faults.Add(new ValidationFault($"{path}[{i}]", "unknown_value", $"One of these is expected: {string.Join(", ", GovernedMethods.Names)}."));
            }
        }
    }

    private static void CheckRange(string path, ImmutableArray<int> values, int last, string message, List<ValidationFault> faults)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < 0 || values[i] > last)
            {
                faults.Add(new ValidationFault($"{path}[{i}]", "out_of_range", message));
            }
        }
    }

    private static ValidationFault NotThere(string path, string what) => new(path, "not_found", $"There is no such {what}.");
}
