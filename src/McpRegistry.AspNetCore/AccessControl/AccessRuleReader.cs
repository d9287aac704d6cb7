using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using McpRegistry.AccessControl;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>Reads access rules from REST bodies.</summary>
internal static class AccessRuleReader
{
    public static AccessRuleDefinition Read(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var definition = new AccessRuleDefinition
        {
            ServerId = ReadId(members, "serverId", "serverId", faults),
            Subject = ReadSubject(members, faults),
            Permissions = ReadPermissions(members, faults),
            AllowedMethods = [.. members.Texts("allowedMethods")],
            DeniedMethods = [.. members.Texts("deniedMethods")],
            AllowedDays = ReadNumbers(members, "allowedDays", faults),
            AllowedHours = ReadNumbers(members, "allowedHours", faults),
            TimeZone = members.Text("timeZone"),
            StartsAt = ReadTime(members, "startsAt", faults),
            EndsAt = ReadTime(members, "endsAt", faults),
            IsActive = members.Flag("enabled") ?? true,
        };
        members.Finish();
        return definition;
    }

    /// <summary>Reads a time, which must say its offset.</summary>
    public static DateTimeOffset? ReadTime(JsonObjectReader members, string name, List<ValidationFault> faults)
    {
        if (members.Text(name) is not { } text)
        {
            return null;
        }

        string[] forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        if ((text.EndsWith('Z') || text.AsSpan().LastIndexOfAny('+', '-') > text.IndexOf('T', StringComparison.Ordinal))
            && DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.ToUniversalTime();
        }

        faults.Add(new ValidationFault(name, "time", "A time is written as in RFC 3339, for example 2026-07-28T08:00:00Z."));
        return null;
    }

    private static Guid ReadId(JsonObjectReader members, string name, string path, List<ValidationFault> faults)
    {
        var before = faults.Count;
        if (Guid.TryParseExact(members.Text(name), "D", out var id))
        {
            return id;
        }

        if (faults.Count == before)
        {
            faults.Add(new ValidationFault(path, "required", "An id is expected."));
        }

        return default;
    }

    private static AccessSubject ReadSubject(JsonObjectReader members, List<ValidationFault> faults)
    {
        if (members.Object("subject") is not { } subject)
        {
            return default;
        }

        var result = new AccessSubject(subject.Choice<AccessSubjectKind>("kind") ?? AccessSubjectKind.None, ReadId(subject, "id", "subject.id", faults));
        subject.Finish();
        return result;
    }

    private static AccessPermissions ReadPermissions(JsonObjectReader members, List<ValidationFault> faults)
    {
        if (!members.Has("permissions"))
        {
            return AccessPermissions.Read | AccessPermissions.Proxy;
        }

        var permissions = AccessPermissions.None;
        foreach (var name in members.Texts("permissions"))
        {
            var permission = PermissionNames.Parse(name);
            permissions |= permission;
            if (permission == AccessPermissions.None)
            {
                faults.Add(new ValidationFault("permissions", "unknown_value", "One of these is expected: read, write, admin, proxy."));
            }
        }

        return permissions;
    }

    private static ImmutableArray<int> ReadNumbers(JsonObjectReader members, string name, List<ValidationFault> faults)
    {
        var numbers = ImmutableArray.CreateBuilder<int>();
        foreach (var (element, path) in members.Items(name))
        {
            if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number))
            {
                numbers.Add(number);
            }
            else
            {
                faults.Add(new ValidationFault(path, "wrong_type", "A whole number is expected."));
            }
        }

        return numbers.ToImmutable();
    }
}
