using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>
/// Walks once over a tool's input schema and collects its annotations, or finds the first that breaks a rule. Schemas come
/// from servers, so neither depth nor number is trusted.
/// </summary>
internal sealed class ParameterSchemaReader
{
    /// <summary>More than any HTTP server takes, so that such a tool could not be called anyway.</summary>
    private const int MaxAnnotations = 256;

    /// <summary>Far deeper than the arguments of a message may be (<see cref="EnvelopeLimits.Default"/>).</summary>
    private const int MaxDepth = 256;

    private const int MaxNameLength = 256;

    /// <summary>RFC 9110, section 5.6.2: what a header's name may consist of.</summary>
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly List<(string Name, ImmutableArray<string> Path)> _found = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly Stack<SchemaFrame> _open = new();
    private string? _fault;

    /// <summary>Reads a tool; null when it has no annotation or, with a fault, a bad one.</summary>
    public ParameterHeaders? Read(ReadOnlySpan<byte> tool, out string? fault)
    {
        var members = new JsonMembers(tool);
        var schemas = 0;
        while (_fault is null && members.Next())
        {
            if (members.NameIs("inputSchema"u8))
            {
                schemas++;
                ReadSchema(members.RawValue);
            }
        }

        if (schemas > 1 && _found.Count > 0)
        {
            _fault ??= "it has more than one inputSchema";
        }

        fault = _fault;
        return fault is null && _found.Count > 0 ? new ParameterHeaders(_found) : null;
    }

    private void ReadSchema(ReadOnlySpan<byte> schema)
    {
        var reader = new Utf8JsonReader(schema, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        Open(ref reader, SchemaPlace.Root, null);
        while (_fault is null && _open.TryPeek(out var frame) && reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    Close(_open.Pop());
                    break;
                case JsonTokenType.PropertyName:
                    ReadMember(ref reader, frame);
                    break;
                default:
                    Open(ref reader, SchemaPlace.Elsewhere, null);
                    break;
            }
        }
    }

    private void ReadMember(ref Utf8JsonReader reader, SchemaFrame frame)
    {
        var name = NameOf(ref reader);
        reader.Read();
        if (frame.Place == SchemaPlace.Properties)
        {
            // A name that is no text cannot be the name of an argument.
            Open(ref reader, name is null ? SchemaPlace.Elsewhere : SchemaPlace.Argument, name);
        }
        else if (frame.Place == SchemaPlace.NamedElsewhere)
        {
            Open(ref reader, SchemaPlace.Elsewhere, null);
        }
        else if (name is ParameterHeaders.Annotation)
        {
            Annotate(ref reader, frame);
        }
        else
        {
            if (name is "type")
            {
                frame.TakeType(reader);
            }

            Open(ref reader, PlaceOf(name, frame.Place), null);
        }
    }

    /// <summary>Where the value of a keyword leads. Unknown keywords may hold schemas, since <c>$ref</c> can point anywhere.</summary>
    private static SchemaPlace PlaceOf(string? keyword, SchemaPlace parent) => keyword switch
    {
        "properties" => parent == SchemaPlace.Elsewhere ? SchemaPlace.NamedElsewhere : SchemaPlace.Properties,
        "$defs" or "definitions" or "patternProperties" or "dependentSchemas" or "dependencies" => SchemaPlace.NamedElsewhere,
        "default" or "const" or "enum" or "examples" => SchemaPlace.Data,
        _ => SchemaPlace.Elsewhere,
    };

    private void Open(ref Utf8JsonReader reader, SchemaPlace place, string? argument)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        if (place == SchemaPlace.Data)
        {
            reader.Skip();
            return;
        }

        if (_open.Count >= MaxDepth)
        {
            _fault = $"its inputSchema is nested deeper than {MaxDepth}";
            return;
        }

        _open.Push(new SchemaFrame(reader.TokenType == JsonTokenType.StartArray ? SchemaPlace.Elsewhere : place, argument));
    }

    private void Annotate(ref Utf8JsonReader reader, SchemaFrame frame)
    {
        var name = reader.TokenType == JsonTokenType.String ? NameOf(ref reader) : null;
        _fault = (frame.Place, name) switch
        {
            (not SchemaPlace.Argument, _) => $"{ParameterHeaders.Annotation} stands where no chain of properties leads",
            (_, null) => $"{ParameterHeaders.Annotation} is no text",
            (_, "") => $"{ParameterHeaders.Annotation} is empty",
            (_, { Length: > MaxNameLength }) => $"{ParameterHeaders.Annotation} is longer than {MaxNameLength} characters",
            _ when name.AsSpan().ContainsAnyExcept(TokenChars) => $"{ParameterHeaders.Annotation} '{ErrorText.Trim(name)}' cannot be part of a header's name",
            _ when frame.Header is not null => $"an argument has {ParameterHeaders.Annotation} twice",
            _ when !_names.Add(name) => $"{ParameterHeaders.Annotation} '{name}' is used twice",
            _ when _names.Count > MaxAnnotations => $"more than {MaxAnnotations} arguments have {ParameterHeaders.Annotation}",
            _ => null,
        };
        frame.Header = name;
    }

    private void Close(SchemaFrame frame)
    {
        if (frame.Header is not { } header)
        {
            return;
        }

        if (frame.HasOtherType)
        {
            _fault = $"{ParameterHeaders.Annotation} '{header}' is on an argument that is no string, integer or boolean";
            return;
        }

        ImmutableArray<string> path = [.. _open.Reverse().Select(static open => open.Argument).OfType<string>(), frame.Argument!];
        if (!_paths.Add(string.Concat(path.Select(static name => $"{name.Length}:{name}"))))
        {
            _fault = "an argument is described twice";
            return;
        }

        _found.Add((header, path));
    }

    private static string? NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
