using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>Reads what a caller says about a key.</summary>
internal static class ApiKeyBody
{
    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    public static ApiKeyDefinition ReadDefinition(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var definition = new ApiKeyDefinition
        {
            Name = members.Text("name"),
            Description = members.Text("description"),
            Scopes = ReadScopes(members.Texts("scopes"), faults),
            Enabled = members.Flag("enabled") ?? true,
            ExpiresAt = ReadTime("expiresAt", members.Text("expiresAt"), faults),
            Owner = ReadId("owner", members.Text("owner"), faults),
            AllowedServers = ReadIds("allowedServers", members.Texts("allowedServers"), faults),
            AllowedMethods = [.. members.Texts("allowedMethods")],
            AllowedAddresses = [.. members.Texts("allowedAddresses")],
            LimitPerHour = members.Number("limitPerHour"),
            LimitPerDay = members.Number("limitPerDay"),
        };
        members.Finish();
        return definition;
    }

    public static TimeSpan? ReadOverlap(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var seconds = members.Number("overlapSeconds");
        members.Finish();
        return seconds is { } known ? TimeSpan.FromSeconds(known) : null;
    }

    private static ApiKeyScope ReadScopes(List<string> names, List<ValidationFault> faults)
    {
        var scopes = ApiKeyScope.None;
        for (var i = 0; i < names.Count; i++)
        {
            var scope = ScopeNames.Parse(names[i]);
            scopes |= scope;
            if (scope == ApiKeyScope.None)
            {
                faults.Add(new($"scopes[{i}]", "unknown_value", $"One of these is expected: {ScopeNames.All}."));
            }
        }

        return scopes;
    }

    private static DateTimeOffset? ReadTime(string path, string? text, List<ValidationFault> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        faults.Add(new(path, "wrong_form", "A time such as 2027-01-31T12:00:00Z is expected."));
        return null;
    }

    private static Guid? ReadId(string path, string? text, List<ValidationFault> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        faults.Add(new(path, "wrong_form", "An id such as 01970c8e-3f4b-7d2a-9a51-0c7e5d6f8a90 is expected."));
        return null;
    }

    private static ImmutableArray<Guid> ReadIds(string path, List<string> texts, List<ValidationFault> faults) =>
        [.. texts.Select((text, i) => ReadId($"{path}[{i}]", text, faults)).OfType<Guid>()];
}
