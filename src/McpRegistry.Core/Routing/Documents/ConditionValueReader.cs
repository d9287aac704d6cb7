using System.Text.Json;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Documents;

/// <summary>Reads one comparison: a field, an operator and what to compare with.</summary>
internal sealed class ConditionValueReader(DocumentFaults faults)
{
    private const int MaxValues = 1_000;
    private const int MaxHeaderName = 100;

    /// <summary>Reads a comparison; null after a fault.</summary>
    public RouteCondition? Read(DocumentObject members)
    {
        var before = faults.Count;
        var field = ReadField(members);
        var comparison = ReadOperator(members, field);
        var header = ReadHeader(members, field);
        var pointer = ReadPointer(members, field);
        var zone = ReadZone(members, field);
        var values = ReadValues(members, comparison);
        if (faults.Count > before)
        {
            return null;
        }

        var condition = Make(members.Path, field, comparison, values, header, pointer, zone);
        return faults.Count > before ? null : condition;
    }

    private RouteCondition Make(
        string path, RouteField field, RouteOperators comparison, List<(JsonElement Element, string Path)> values, string? header, ArgumentPointer? pointer, TimeZoneInfo zone)
    {
        var isNegated = comparison is RouteOperators.NotEquals or RouteOperators.NotIn;
        switch (field)
        {
            case RouteField.Tenant or RouteField.User or RouteField.Key:
                return new IdCondition(path, field, [.. values.Select(ReadId)], isNegated);
            case RouteField.Address:
                return new AddressCondition(path, [.. values.Select(value => ReadAddress(value, comparison == RouteOperators.Cidr))], isNegated);
            case RouteField.Size:
                return new SizeCondition(path, comparison, [.. values.Select(ReadSize)]);
            case RouteField.Day:
                return new DayCondition(path, [.. values.Select(ReadDay)], isNegated, zone);
            case RouteField.Time:
                return new TimeCondition(path, comparison, [.. values.Select(value => ReadTime(value, comparison))], zone);
            case RouteField.Argument:
                return new ArgumentCondition(path, pointer!, ArgumentTestReader.Read(comparison, values, faults), isNegated);
            default:
                return new TextCondition(path, field, header, TextTestReader.Read(comparison, Texts(values, field), values, faults), isNegated);
        }
    }

    private RouteField ReadField(DocumentObject members)
    {
        if (members.Text("field", "The field to look at is expected.") is not { } name)
        {
            return RouteField.None;
        }

        var field = RouteFields.Find(name);
        if (field == RouteField.None)
        {
            faults.Add(members.PathOf("field"), "unknown_value", $"One of these is expected: {string.Join(", ", RouteFields.Names)}.");
        }

        return field;
    }

    private RouteOperators ReadOperator(DocumentObject members, RouteField field)
    {
        if (members.Text("operator", "The operator to compare with is expected.") is not { } name)
        {
            return RouteOperators.None;
        }

        var comparison = RouteFields.FindOperator(name);
        var possible = field == RouteField.None ? (RouteOperators)~0 : RouteFields.OperatorsOf(field);
        if ((comparison & possible) == RouteOperators.None)
        {
            faults.Add(members.PathOf("operator"), "unknown_value", $"One of these is expected here: {string.Join(", ", RouteFields.NamesOf(possible))}.");
            return RouteOperators.None;
        }

        return comparison;
    }

    private string? ReadHeader(DocumentObject members, RouteField field)
    {
        if (field != RouteField.Header)
        {
            return null;
        }

        var name = members.Text("name", "The name of the header is expected.");
        if (name is not null && (name.Length is 0 or > MaxHeaderName || !HeaderNames.IsName(name) || HeaderNames.IsSecret(name)))
        {
            faults.Add(members.PathOf("name"), "unknown_value", "The name of a header is expected, and not of one that carries secrets.");
        }

        return name;
    }

    private ArgumentPointer? ReadPointer(DocumentObject members, RouteField field)
    {
        if (field != RouteField.Argument || members.Text("pointer", "A JSON pointer into the arguments is expected, for example /filter/region.") is not { } text)
        {
            return null;
        }

        var pointer = ArgumentPointer.Parse(text);
        if (pointer is null)
        {
            faults.Add(members.PathOf("pointer"), "pointer", "A JSON pointer (RFC 6901) is expected, for example /filter/region.");
        }

        return pointer;
    }

    private TimeZoneInfo ReadZone(DocumentObject members, RouteField field)
    {
        if (field is not (RouteField.Time or RouteField.Day) || members.Text("zone") is not { } name)
        {
            return TimeZoneInfo.Utc;
        }

        if (AccessWindow.FindZone(name) is { } zone)
        {
            return zone;
        }

        faults.Add(members.PathOf("zone"), "unknown_value", "A time zone is named as in the IANA database, for example Europe/Berlin.");
        return TimeZoneInfo.Utc;
    }

    /// <summary>The operators for several values take an array, cidr either form, all others one value.</summary>
    private List<(JsonElement Element, string Path)> ReadValues(DocumentObject members, RouteOperators comparison)
    {
        var path = members.PathOf("value");
        if (!members.Has("value"))
        {
            faults.Add(path, "required", "What to compare with is expected.");
            return [];
        }

        // Null is a value that an argument can have, so it is not taken for a missing one.
        var value = members.Take("value") ?? JsonNull;
        var isList = comparison is RouteOperators.In or RouteOperators.NotIn || (comparison == RouteOperators.Cidr && value.ValueKind == JsonValueKind.Array);
        if (!isList)
        {
            return [(value, path)];
        }

        var items = DocumentValue.Items(value, path, MaxValues, faults);
        if (items.Count == 0 && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
        {
            faults.Add(path, "required", "At least one value is expected.");
        }

        return items;
    }

    private static JsonElement JsonNull { get; } = JsonDocument.Parse("null").RootElement.Clone();

    private List<string> Texts(List<(JsonElement Element, string Path)> values, RouteField field)
    {
        var texts = values.Select(value => DocumentValue.Text(value.Element, value.Path, faults) ?? "").ToList();
        if (field is RouteField.Role or RouteField.Transport)
        {
            var known = field == RouteField.Role ? RoleNames.All : TransportNames.All;
            foreach (var (text, value) in texts.Zip(values).Where(pair => pair.Second.Element.ValueKind == JsonValueKind.String && !known.Contains(pair.First, StringComparer.Ordinal)))
            {
                faults.Add(value.Path, "unknown_value", $"One of these is expected: {string.Join(", ", known)}.");
            }
        }

        return texts;
    }

    private Guid ReadId((JsonElement Element, string Path) value)
    {
        if (value.Element.ValueKind == JsonValueKind.String && Guid.TryParseExact(DocumentValue.Text(value.Element, value.Path, faults), "D", out var id))
        {
            return id;
        }

        faults.Add(value.Path, "wrong_type", "An id is expected.");
        return default;
    }

    private string ReadAddress((JsonElement Element, string Path) value, bool mayBeNetwork)
    {
        var text = DocumentValue.Text(value.Element, value.Path, faults) ?? "";
        if (value.Element.ValueKind == JsonValueKind.String && (!AddressList.IsEntry(text) || (!mayBeNetwork && text.Contains('/', StringComparison.Ordinal))))
        {
            faults.Add(value.Path, "address", mayBeNetwork ? "An address or a network is expected, for example 10.0.0.0/8." : "An address is expected, for example 10.0.0.7.");
        }

        return text;
    }

    private long ReadSize((JsonElement Element, string Path) value)
    {
        if (value.Element.ValueKind == JsonValueKind.Number && value.Element.TryGetInt64(out var size) && size >= 0)
        {
            return size;
        }

        faults.Add(value.Path, "wrong_type", "A number of bytes is expected.");
        return 0;
    }

    private int ReadDay((JsonElement Element, string Path) value)
    {
        if (value.Element.ValueKind == JsonValueKind.Number && value.Element.TryGetInt32(out var day) && day is >= 0 and <= 6)
        {
            return day;
        }

        faults.Add(value.Path, "out_of_range", "A day is a number from 0 (Monday) to 6 (Sunday).");
        return 0;
    }

    private TimeRange ReadTime((JsonElement Element, string Path) value, RouteOperators comparison)
    {
        var isRange = comparison is RouteOperators.In or RouteOperators.NotIn;
        var text = DocumentValue.Text(value.Element, value.Path, faults);
        if (isRange && text is not null && TimeRange.TryParse(text, out var range))
        {
            return range;
        }

        if (!isRange && text is not null && TimeRange.TryParseTime(text, out var ticks))
        {
            return new TimeRange(ticks, ticks);
        }

        if (text is not null)
        {
            faults.Add(value.Path, "time", isRange ? "A part of the day is written as 08:00-18:00." : "A time of day is written as 08:00.");
        }

        return default;
    }
}
