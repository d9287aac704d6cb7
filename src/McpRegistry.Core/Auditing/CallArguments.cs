using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.Analytics;
using McpRegistry.Discovery;
using McpRegistry.Storage;

namespace McpRegistry.Auditing;

/// <summary>
/// Puts the arguments of a tool call into its event, with what is secret masked. Kept is only what the tool's input schema
/// describes; where there is no schema to go by, nothing is.
/// </summary>
internal sealed class CallArguments
{
    public const string Mask = "***";

    private const string Arguments = "arguments";
    private const string Omitted = "argumentsOmitted";

    /// <summary>Larger entries of a catalogue are taken for ones without a schema: it is read anew for each call.</summary>
    private const int MostToolBytes = 65_536;

    private readonly HashSet<string> _names;
    private readonly ArgumentPointer[] _pointers;

    public CallArguments(AuditArgumentOptions options)
    {
        MaxBytes = options.MaxBytes;
        _names = new HashSet<string>(options.RedactProperties, StringComparer.Ordinal);
        _pointers = [.. options.RedactPointers.Select(ArgumentPointer.Parse).OfType<ArgumentPointer>()];
    }

    public int MaxBytes { get; }

    /// <summary>Adds the arguments, or why there are none. Details that would become too long lose them again.</summary>
    public void AddTo(JsonObject details, in CallRecord record)
    {
        if (record.ParamsAreTooLarge)
        {
            details[Omitted] = "too_large";
            return;
        }

        if (record.Params is not { } bytes)
        {
            return;
        }

        try
        {
            Add(details, bytes, SchemaOf(record));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair, nested too deeply, a number that no database keeps: the call was good, its arguments cannot be kept.
            details.Remove(Arguments);
            details[Omitted] = "unstorable";
        }
    }

    private static ReadOnlyMemory<byte>? SchemaOf(in CallRecord record)
    {
        var name = record.TargetName;
        var tool = record.Server?.Report?.Items.FirstOrDefault(
            item => item.Kind == CatalogueItemKind.Tool && string.Equals(item.Key, name, StringComparison.Ordinal));
        return tool?.Json;
    }

    private void Add(JsonObject details, byte[] bytes, ReadOnlyMemory<byte>? tool)
    {
        using var given = JsonDocument.Parse(bytes);
        if (!given.RootElement.TryGetProperty(Arguments, out var arguments))
        {
            return;
        }

        using var known = tool is { Length: <= MostToolBytes } json ? JsonDocument.Parse(json) : null;
        if (known is null || !known.RootElement.TryGetProperty("inputSchema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            details[Omitted] = tool is null ? "unknown_tool" : "no_schema";
            return;
        }

        // Made into text within the life of the documents, of which the values are slices.
        var text = Copy(arguments, ArgumentSchemas.OfRoot(schema), [])?.ToJsonString() ?? "null";
        StorableJson.Check(text, Arguments);
        details[Arguments] = JsonNode.Parse(text);
        if (Encoding.UTF8.GetByteCount(details.ToJsonString()) > AuditDetails.MaxLength)
        {
            details.Remove(Arguments);
            details[Omitted] = "too_large";
        }
    }

    private JsonNode? Copy(JsonElement value, ArgumentSchemas schemas, List<string> path)
    {
        if (schemas.IsSecret || schemas.IsEmpty || (path.Count > 0 && Array.Exists(_pointers, pointer => pointer.Matches(path))))
        {
            return Mask;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => CopyMembers(value, schemas, path),
            JsonValueKind.Array => CopyItems(value, schemas, path),
            JsonValueKind.Null => null,
            _ => JsonValue.Create(value),
        };
    }

    private JsonObject CopyMembers(JsonElement value, ArgumentSchemas schemas, List<string> path)
    {
        var copy = new JsonObject();
        foreach (var member in value.EnumerateObject())
        {
            path.Add(member.Name);
            copy[member.Name] = _names.Contains(member.Name) ? Mask : Copy(member.Value, schemas.OfMember(member.Name), path);
            path.RemoveAt(path.Count - 1);
        }

        return copy;
    }

    private JsonArray CopyItems(JsonElement value, ArgumentSchemas schemas, List<string> path)
    {
        var (copy, ofItem) = (new JsonArray(), schemas.OfItem());
        foreach (var item in value.EnumerateArray())
        {
            path.Add(copy.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
            copy.Add(Copy(item, ofItem, path));
            path.RemoveAt(path.Count - 1);
        }

        return copy;
    }
}
