using System.Text.Json;

namespace McpRegistry.Limits;

/// <summary>
/// Reads the member <c>limits</c> of a tenant's settings: <c>perHour</c>, <c>perDay</c>, <c>requestsPerMinute</c>,
/// <c>burst</c> and <c>weight</c>. Other members of the settings are not its own.
/// </summary>
internal static class TenantLimitReader
{
    private const string Member = "limits";
    private const double LeastWeight = 0.01;
    private const double MostWeight = 1000;

    /// <summary>Reads what is valid, and reports all that is not with its path.</summary>
    /// <param name="settings">The settings, a JSON document.</param>
    /// <param name="faults">Takes the faults.</param>
    public static TenantLimits Read(string settings, List<ValidationFault> faults)
    {
        using var document = JsonDocument.Parse(settings);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Member, out var limits))
        {
            return TenantLimits.None;
        }

        if (limits.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new ValidationFault(Member, "wrong_type", "Must be a JSON object."));
            return TenantLimits.None;
        }

        var result = TenantLimits.None;
        foreach (var member in limits.EnumerateObject())
        {
            result = member.Name switch
            {
                "perHour" => result with { PerHour = ReadNumber(member, 0, int.MaxValue, faults) },
                "perDay" => result with { PerDay = ReadNumber(member, 0, int.MaxValue, faults) },
                "requestsPerMinute" => result with { PerMinute = ReadNumber(member, 1, TokenRate.MostPerMinute, faults) },
                "burst" => result with { Burst = ReadFactor(member, TokenRate.LeastBurst, TokenRate.MostBurst, faults) },
                "weight" => result with { Weight = ReadFactor(member, LeastWeight, MostWeight, faults) },
                _ => Refuse(result, member, faults),
            };
        }

        return result;
    }

    private static int? ReadNumber(JsonProperty member, int least, int most, List<ValidationFault> faults)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var value) && value >= least && value <= most)
        {
            return value;
        }

        faults.Add(new ValidationFault($"{Member}.{member.Name}", "out_of_range", $"Must be a whole number, {least} to {most}."));
        return null;
    }

    private static double? ReadFactor(JsonProperty member, double least, double most, List<ValidationFault> faults)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDouble(out var value) && value >= least && value <= most)
        {
            return value;
        }

        faults.Add(new ValidationFault($"{Member}.{member.Name}", "out_of_range", FormattableString.Invariant($"Must be a number, {least} to {most}.")));
        return null;
    }

    private static TenantLimits Refuse(TenantLimits result, JsonProperty member, List<ValidationFault> faults)
    {
        faults.Add(new ValidationFault($"{Member}.{member.Name}", "unknown_member", "Must be perHour, perDay, requestsPerMinute, burst or weight."));
        return result;
    }
}
