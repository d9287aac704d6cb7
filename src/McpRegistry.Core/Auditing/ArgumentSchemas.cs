using System.Runtime.CompilerServices;
using System.Text.Json;

namespace McpRegistry.Auditing;

/// <summary>
/// The schemas that may apply to one value of the arguments. Which branch of a choice applies is not looked into: a value is secret
/// when any of them says so, and also when one of them cannot be read. It is described when one of those says what it is that surely
/// speaks of it: the schemas of patterns, which are not tried, only warn.
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

    /// <summary>What tells people about a value and leaves open what it is.</summary>
    private static readonly string[] Annotations = ["title", "description", "$comment", "default", "examples", "deprecated", "readOnly"];

    private readonly JsonElement _root;
    private readonly StrongBox<int> _looks;
    private readonly List<(JsonElement Json, bool Describes)> _schemas = [];
    private bool _isDescribed;

    private ArgumentSchemas(JsonElement root, StrongBox<int> looks) => (_root, _looks) = (root, looks);

    /// <summary>Gets a value that tells whether the value must not be kept.</summary>
    public bool IsSecret { get; private set; }

    /// <summary>Gets a value that tells whether no schema says anything about the value.</summary>
    public bool IsEmpty => !_isDescribed;

    public static ArgumentSchemas OfRoot(JsonElement schema)
    {
        var found = new ArgumentSchemas(schema, new StrongBox<int>());
        found.Add(schema, describes: true);
        return found;
    }

    /// <summary>Finds what applies to a member.</summary>
    public ArgumentSchemas OfMember(string name)
    {
        var found = new ArgumentSchemas(_root, _looks) { IsSecret = !TryLook(_schemas.Count) };
        foreach (var (schema, describes) in found.IsSecret ? [] : _schemas)
        {
            if (Find(schema, "properties") is { ValueKind: JsonValueKind.Object } properties && Find(properties, name) is { } own)
            {
                found.Add(own, describes);
            }

            // Whether a pattern fits is not tried: patterns of servers may take for ever. One that does not fit describes nothing.
            found.AddValues(Find(schema, "patternProperties"), describes: false);
            Array.ForEach(OfMembers, keyword => found.AddOfAll(Find(schema, keyword), describes));
        }

        return found;
    }

    /// <summary>Finds what applies to the items of an array.</summary>
    public ArgumentSchemas OfItem()
    {
        var found = new ArgumentSchemas(_root, _looks) { IsSecret = !TryLook(_schemas.Count) };
        foreach (var (schema, describes) in found.IsSecret ? [] : _schemas)
        {
            Array.ForEach(OfItems, keyword => found.AddOfAll(Find(schema, keyword), describes));
        }

        return found;
    }

    private static JsonElement? Find(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) ? value : null;

    private static bool Says(JsonElement schema, string keyword) => Find(schema, keyword) is { ValueKind: JsonValueKind.True };

    private bool TryLook(int count) => (_looks.Value += count) <= MostLooks;

    private static bool SaysNothing(JsonElement schema) => schema.ValueKind != JsonValueKind.Object
        || schema.EnumerateObject().All(static keyword => Annotations.Contains(keyword.Name, StringComparer.Ordinal));

    private static void AddEach(JsonElement? schemas, Action<JsonElement> add)
    {
        if (schemas is { ValueKind: JsonValueKind.Array } several)
        {
            foreach (var schema in several.EnumerateArray())
            {
                add(schema);
            }
        }
        else if (schemas is { } given)
        {
            add(given);
        }
    }

    /// <summary>A schema of all members or items that have none of their own describes none of them by letting everything through.</summary>
    private void AddOfAll(JsonElement? schemas, bool describes) => AddEach(schemas, schema => Add(schema, describes && !SaysNothing(schema)));

    private void AddValues(JsonElement? named, bool describes)
    {
        if (named is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var member in given.EnumerateObject())
            {
                Add(member.Value, describes);
            }
        }
    }

    private void Add(JsonElement schema, bool describes)
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

        _schemas.Add((schema, describes));
        _isDescribed |= describes;
        IsSecret = Says(schema, "writeOnly") || Says(schema, Annotation)
            || (Find(schema, "format") is { ValueKind: JsonValueKind.String } format && format.ValueEquals("password"));
        Array.ForEach(Branches, keyword => AddEach(Find(schema, keyword), branch => Add(branch, describes)));
        Array.ForEach(Conditions, keyword => AddEach(Find(schema, keyword), branch => Add(branch, describes)));
        AddValues(Find(schema, "dependentSchemas"), describes);
        AddReferenced(Find(schema, "$ref"), describes);
        AddReferenced(Find(schema, "$dynamicRef"), describes);
    }

    /// <summary>What a reference leads to counts; one that leads out of the schema, or by a name, may lead to a secret.</summary>
    private void AddReferenced(JsonElement? reference, bool describes)
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
            Add(schema, describes);
        }
        else
        {
            IsSecret = true;
        }
    }
}
