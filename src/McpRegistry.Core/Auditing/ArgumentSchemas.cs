using System.Runtime.CompilerServices;
using System.Text.Json;

namespace McpRegistry.Auditing;

/// <summary>
/// The schemas that may apply to one value of the arguments. Which branch of a choice applies is not looked into: a value is secret
/// when any of them says so, and also when one of them cannot be read.
/// </summary>
internal sealed class ArgumentSchemas
{
    /// <summary>The annotation of servers that have no better word.</summary>
    public const string Annotation = "x-mcp-sensitive";

    /// <summary>The most schemas of one value, references followed; more of them mean a loop.</summary>
    private const int MostSchemas = 200;

    /// <summary>The most looks at schemas for all values of a call, so that no server's schema keeps the trail busy.</summary>
    private const int MostLooks = 5_000;

    private static readonly string[] Branches = ["allOf", "anyOf", "oneOf"];
    private static readonly string[] Conditions = ["if", "then", "else", "not"];
    private static readonly string[] OfMembers = ["additionalProperties", "unevaluatedProperties"];
    private static readonly string[] OfItems = ["items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"];

    private readonly JsonElement _root;
    private readonly StrongBox<int> _looks;
    private readonly List<JsonElement> _schemas = [];

    private ArgumentSchemas(JsonElement root, StrongBox<int> looks) => (_root, _looks) = (root, looks);

    /// <summary>Gets a value that tells whether the value must not be kept.</summary>
    public bool IsSecret { get; private set; }

    /// <summary>Gets a value that tells whether no schema says anything about the value.</summary>
    public bool IsEmpty => _schemas.Count == 0;

    public static ArgumentSchemas OfRoot(JsonElement schema)
    {
        var found = new ArgumentSchemas(schema, new StrongBox<int>());
        found.Add(schema);
        return found;
    }

    /// <summary>Finds what applies to a member.</summary>
    public ArgumentSchemas OfMember(string name)
    {
        var found = new ArgumentSchemas(_root, _looks) { IsSecret = !TryLook(_schemas.Count) };
        foreach (var schema in found.IsSecret ? [] : _schemas)
        {
            if (Find(schema, "properties") is { ValueKind: JsonValueKind.Object } properties && Find(properties, name) is { } own)
            {
                found.Add(own);
            }

            // Whether a pattern fits is not tried: patterns of servers may take for ever.
            found.AddValues(Find(schema, "patternProperties"));
            Array.ForEach(OfMembers, keyword => found.AddOrNone(Find(schema, keyword)));
        }

        return found;
    }

    /// <summary>Finds what applies to the items of an array.</summary>
    public ArgumentSchemas OfItem()
    {
        var found = new ArgumentSchemas(_root, _looks) { IsSecret = !TryLook(_schemas.Count) };
        foreach (var schema in found.IsSecret ? [] : _schemas)
        {
            Array.ForEach(OfItems, keyword => found.AddOrNone(Find(schema, keyword)));
        }

        return found;
    }

    private static JsonElement? Find(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) ? value : null;

    private static bool Says(JsonElement schema, string keyword) => Find(schema, keyword) is { ValueKind: JsonValueKind.True };

    private bool TryLook(int count) => (_looks.Value += count) <= MostLooks;

    private void AddOrNone(JsonElement? schemas)
    {
        if (schemas is not { } given)
        {
            return;
        }

        if (given.ValueKind != JsonValueKind.Array)
        {
            Add(given);
            return;
        }

        foreach (var schema in given.EnumerateArray())
        {
            Add(schema);
        }
    }

    private void AddValues(JsonElement? named)
    {
        if (named is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var member in given.EnumerateObject())
            {
                Add(member.Value);
            }
        }
    }

    private void Add(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || IsSecret)
        {
            return;
        }

        if (_schemas.Count == MostSchemas || !TryLook(1))
        {
            IsSecret = true;
            return;
        }

        _schemas.Add(schema);
        IsSecret = Says(schema, "writeOnly") || Says(schema, Annotation)
            || (Find(schema, "format") is { ValueKind: JsonValueKind.String } format && format.ValueEquals("password"));
        Array.ForEach(Branches, keyword => AddOrNone(Find(schema, keyword)));
        Array.ForEach(Conditions, keyword => AddOrNone(Find(schema, keyword)));
        AddValues(Find(schema, "dependentSchemas"));
        AddReferenced(Find(schema, "$ref"));
        AddReferenced(Find(schema, "$dynamicRef"));
    }

    /// <summary>What a reference leads to counts; one that leads out of the schema, or by a name, may lead to a secret.</summary>
    private void AddReferenced(JsonElement? reference)
    {
        if (reference is not { } given)
        {
            return;
        }

        var text = given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
        JsonElement? found = text == "#" ? _root : null;
        if (text.StartsWith("#/", StringComparison.Ordinal))
        {
            found = _root;
            foreach (var step in Uri.UnescapeDataString(text[2..]).Split('/'))
            {
                var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
                found = found switch
                {
                    { ValueKind: JsonValueKind.Object } parent => Find(parent, name),
                    { ValueKind: JsonValueKind.Array } parent when int.TryParse(name, out var index) && index >= 0 && index < parent.GetArrayLength() => parent[index],
                    _ => null,
                };
            }
        }

        if (found is { } schema)
        {
            Add(schema);
        }
        else
        {
            IsSecret = true;
        }
    }
}
