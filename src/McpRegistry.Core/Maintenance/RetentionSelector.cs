using System.Collections.Immutable;
using System.Text.Json;

namespace McpRegistry.Maintenance;

/// <summary>Turns a policy into a selection, in which every name comes from the target's list and none from the policy.</summary>
internal static class RetentionSelector
{
    private const int MostDays = 36_500;
    private const int LargestBatch = 100_000;

    public static (RetentionSelection? Selection, ImmutableArray<ValidationFault> Faults) Select(
        RetentionPolicy policy, IReadOnlyList<RetentionTable> tables, DateTimeOffset now)
    {
        var faults = ImmutableArray.CreateBuilder<ValidationFault>();
        if (policy.RetentionDays is < 1 or > MostDays)
        {
            faults.Add(new("retentionDays", "out_of_range", $"Must be 1 to {MostDays} days."));
        }

        if (policy.BatchSize is < 1 or > LargestBatch)
        {
            faults.Add(new("batchSize", "out_of_range", $"Must be 1 to {LargestBatch} rows."));
        }

        if (tables.FirstOrDefault(table => string.Equals(table.Name, policy.Table, StringComparison.Ordinal)) is not { } table)
        {
            faults.Add(new("table", "not_allowed", $"Must be one of: {string.Join(", ", tables.Select(table => table.Name))}."));
            return (null, faults.ToImmutable());
        }

        var column = table.DateColumns.FirstOrDefault(name => string.Equals(name, policy.DateColumn, StringComparison.Ordinal));
        if (column is null)
        {
            faults.Add(new("dateColumn", "not_allowed", $"Must be one of: {string.Join(", ", table.DateColumns)}."));
        }

        var conditions = ReadConditions(policy.Conditions, table, faults);
        return faults.Count > 0
            ? (null, faults.ToImmutable())
            : (new RetentionSelection
            {
                Table = table.Name,
                DateColumn = column!,
                Before = now.AddDays(-policy.RetentionDays),
                Conditions = conditions,
            }, []);
    }

    private static ImmutableArray<RetentionCondition> ReadConditions(
        string json, RetentionTable table, ImmutableArray<ValidationFault>.Builder faults)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return [.. document.RootElement.EnumerateObject().Select(member => Read(member, table, faults)).OfType<RetentionCondition>()];
            }
        }
        catch (JsonException)
        {
            // The fault below says what would be right.
        }

        faults.Add(new("conditions", "not_an_object", "Must be a JSON object from column to value."));
        return [];
    }

    private static RetentionCondition? Read(
        JsonProperty member, RetentionTable table, ImmutableArray<ValidationFault>.Builder faults)
    {
        var column = table.ConditionColumns.FirstOrDefault(column => string.Equals(column.Name, member.Name, StringComparison.Ordinal));
        if (column is null)
        {
            var names = string.Join(", ", table.ConditionColumns.Select(column => column.Name));
            faults.Add(new("conditions", "not_allowed", $"A condition may name one of: {names}."));
            return null;
        }

        var value = ReadValue(member.Value, column.Kind);
        if (value is null || (column.Values.Length > 0 && !column.Values.Contains(value.ToString()!, StringComparer.Ordinal)))
        {
            var allowed = column.Values.Length > 0 ? $"one of: {string.Join(", ", column.Values)}" : $"of the kind {column.Kind}";
            faults.Add(new($"conditions.{column.Name}", "invalid_value", $"Must be {allowed}."));
            return null;
        }

        return new RetentionCondition(column.Name, value);
    }

    private static object? ReadValue(JsonElement value, RetentionValueKind kind) => (kind, value.ValueKind) switch
    {
        (RetentionValueKind.Boolean, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (RetentionValueKind.Integer, JsonValueKind.Number) when value.TryGetInt32(out var number) => (long)number,
        (RetentionValueKind.Id, JsonValueKind.String) when value.TryGetGuid(out var id) => id,
        (RetentionValueKind.Text, JsonValueKind.String) => ReadText(value),
        _ => null,
    };

    private static string? ReadText(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which is valid JSON and no text.
            return null;
        }
    }
}
