using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Servers;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>The rules of docs/access.md as they are read, without any thought of speed: what the engine is compared with.</summary>
internal static class PlainAccess
{
    private static readonly string[] Governed =
    [
        "tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list", "resources/templates/list", "resources/read",
        "resources/subscribe", "completion/complete", "tasks/get", "tasks/update", "tasks/cancel",
    ];

    public static bool IsAllowed(IReadOnlyList<AccessRule> all, Caller caller, RegisteredServer server, AccessPermissions[] needed, string method, DateTimeOffset at)
    {
        var isGoverned = Governed.Contains(method);
        if (caller.Key is { } key && ((key.AllowedServers.Length > 0 && !key.AllowedServers.Contains(server.Id))
            || (isGoverned && key.AllowedMethods.Length > 0 && !key.AllowedMethods.Contains(method))))
        {
            return false;
        }

        var isHome = caller.Tenant == server.Tenant;
        if (!isHome && (needed.Contains(AccessPermissions.Write) || needed.Contains(AccessPermissions.Admin)))
        {
            return false;
        }

        var owners = all.Where(rule => rule.Tenant == server.Tenant && rule.ServerId == server.Id).ToArray();
        var receivers = isHome ? [] : all.Where(rule => rule.Tenant == caller.Tenant && rule.ServerId == server.Id).ToArray();
        return ByOwner(owners, caller, server, isHome, needed, isGoverned ? method : null, at)
            && (!receivers.Any(rule => IsAboutThoseOf(rule, caller.Tenant.Value)) || ByRules(receivers, caller, needed, isGoverned ? method : null, at, []));
    }

    private static bool ByOwner(AccessRule[] rules, Caller caller, RegisteredServer server, bool isHome, AccessPermissions[] needed, string? method, DateTimeOffset at)
    {
        var isOpen = server.Visibility switch
        {
            ServerVisibility.Private => false,
            _ when isHome => !rules.Any(rule => IsAboutThoseOf(rule, server.Tenant.Value)),
            ServerVisibility.Public => rules.Length == 0,
            _ => server.Tenant.IsGlobal && rules.Length == 0,
        };
        if (isOpen)
        {
            return true;
        }

        AccessPermissions[] anyway = isHome && server.Owner is not null && server.Owner == caller.UserId
            ? [AccessPermissions.Read, AccessPermissions.Write, AccessPermissions.Admin, AccessPermissions.Proxy]
            : isHome && caller.Scopes.HasFlag(ApiKeyScope.Admin) ? [AccessPermissions.Read, AccessPermissions.Write, AccessPermissions.Admin] : [];
        return ByRules(rules, caller, needed, method, at, anyway);
    }

    private static bool ByRules(AccessRule[] rules, Caller caller, AccessPermissions[] needed, string? method, DateTimeOffset at, AccessPermissions[] anyway)
    {
        var holding = rules.Where(rule => IsFor(rule, caller) && rule.IsActive && Holds(rule, at)).ToArray();
        if (method is not null && holding.Any(rule => rule.DeniedMethods.Contains(method)))
        {
            return false;
        }

        return needed.All(permission => anyway.Contains(permission) || holding.Any(rule => rule.Permissions.HasFlag(permission)
            && (permission != AccessPermissions.Proxy || method is null || rule.AllowedMethods.IsEmpty || rule.AllowedMethods.Contains(method))));
    }

    private static bool IsAboutThoseOf(AccessRule rule, Guid tenant) => rule.Subject.Kind != AccessSubjectKind.Tenant || rule.Subject.Id == tenant;

    private static bool IsFor(AccessRule rule, Caller caller) => rule.Subject == AccessSubject.ForTenant(caller.Tenant)
        || (caller.UserId is { } user && rule.Subject == AccessSubject.ForUser(user))
        || (caller.KeyId is { } key && rule.Subject == AccessSubject.ForApiKey(key));

    private static bool Holds(AccessRule rule, DateTimeOffset at)
    {
        var there = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(rule.TimeZone ?? "UTC"));
        DayOfWeek[] days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];
        return !(at < rule.StartsAt) && !(at >= rule.EndsAt)
            && (rule.AllowedDays.IsEmpty || rule.AllowedDays.Any(day => days[day] == there.DayOfWeek))
            && (rule.AllowedHours.IsEmpty || rule.AllowedHours.Contains(there.Hour));
    }
}
