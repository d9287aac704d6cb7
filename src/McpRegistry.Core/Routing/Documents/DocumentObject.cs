using System.Text.Json;

namespace McpRegistry.Routing.Documents;

/// <summary>Takes the members out of an object of a document and reports each that is of the wrong type, unknown or there twice.</summary>
internal sealed class DocumentObject
{
    private readonly DocumentFaults _faults;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    public DocumentObject(JsonElement element, string path, DocumentFaults faults)
    {
        (Path, _faults) = (path, faults);
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add(path, "wrong_type", "A JSON object is expected.");
            return;
        }

        IsObject = true;
        foreach (var member in element.EnumerateObject())
        {
            if (NameOf(member) is not { } name)
            {
                faults.Add(path, "invalid_text", "The name of a member is not whole Unicode text.");
            }
            else if (!_members.TryAdd(name, member.Value))
            {
                faults.Add(PathOf(name), "duplicate_member", "The member is there twice.");
            }
        }
    }

    public string Path { get; }

    public bool IsObject { get; }

    /// <summary>Gets the names of the members that were not taken yet.</summary>
    public IReadOnlyCollection<string> Left => _members.Keys;

    public bool Has(string name) => _members.ContainsKey(name);

    public JsonElement? Take(string name) => _members.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string PathOf(string name) => $"{Path}.{(name.Length <= 64 ? name : name[..64] + "...")}";

    /// <summary>Takes text; null when there is none, which is reported where it must be there.</summary>
    public string? Text(string name, string? required = null)
    {
        if (Take(name) is { } value)
        {
            return DocumentValue.Text(value, PathOf(name), _faults);
        }

        if (required is not null && IsObject)
        {
            _faults.Add(PathOf(name), "required", required);
        }

        return null;
    }

    public double? Number(string name, double least, double most)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        _faults.Add(PathOf(name), "out_of_range", FormattableString.Invariant($"A number from {least} to {most} is expected."));
        return null;
    }

    public int? Whole(string name, int least, int most)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        _faults.Add(PathOf(name), "out_of_range", FormattableString.Invariant($"A whole number from {least} to {most} is expected."));
        return null;
    }

    public bool? Flag(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        _faults.Add(PathOf(name), "wrong_type", "true or false is expected.");
        return null;
    }

    public Guid? Id(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        _faults.Add(PathOf(name), "wrong_type", "An id is expected.");
        return null;
    }

    public DocumentObject? Object(string name) => Take(name) is { } value ? new DocumentObject(value, PathOf(name), _faults) : null;

    /// <summary>Takes an array; its entries come with their paths. Null when there is none.</summary>
    public List<(JsonElement Element, string Path)>? Items(string name, int most) =>
        Take(name) is { } value ? DocumentValue.Items(value, PathOf(name), most, _faults) : null;

    /// <summary>Reports the members that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var name in _members.Keys)
        {
            _faults.Add(PathOf(name), "unknown_member", "There is no such member here.");
        }
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
