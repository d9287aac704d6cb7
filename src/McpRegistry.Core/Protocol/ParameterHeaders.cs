using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>
/// The arguments of one tool that its schema wants mirrored into headers (2026-07-28, <c>x-mcp-header</c>), compiled once
/// for many calls.
/// </summary>
internal sealed class ParameterHeaders
{
    /// <summary>What all these headers begin with.</summary>
    public const string Prefix = "Mcp-Param-";

    /// <summary>The member of a property's schema that names the header.</summary>
    public const string Annotation = "x-mcp-header";

    private readonly ImmutableArray<ImmutableArray<string>> _paths;
    private readonly ParameterNode _root = new([]);

    /// <summary>Compiles annotations whose names are known to be good.</summary>
    public ParameterHeaders(IReadOnlyList<(string Name, ImmutableArray<string> Path)> annotations)
    {
        Names = [.. annotations.Select(static annotation => Prefix + annotation.Name)];
        _paths = [.. annotations.Select(static annotation => annotation.Path)];
        for (var i = 0; i < annotations.Count; i++)
        {
            var node = annotations[i].Path.Aggregate(_root, static (node, name) => node.Enter(Encoding.UTF8.GetBytes(name)));
            node.Header = i;
        }
    }

    /// <summary>Gets the names of the headers, prefix included, in the order of the schema.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Gets the way through the arguments to the value of a header.</summary>
    public ImmutableArray<string> PathOf(int index) => _paths[index];

    /// <summary>Reads a tool.</summary>
    /// <param name="tool">The entry of the list, one JSON object.</param>
    /// <param name="fault">Why a client must not use the tool over Streamable HTTP; null when nothing is wrong.</param>
    /// <returns>The headers; null when the tool wants none or is wrong.</returns>
    public static ParameterHeaders? Of(ReadOnlySpan<byte> tool, out string? fault)
    {
        fault = null;
        return MayAnnotate(tool) ? new ParameterSchemaReader().Read(tool, out fault) : null;
    }

    /// <summary>
    /// Tells whether the text can hold an annotation at all, which for nearly all tools it cannot: only <c>\u</c> writes these
    /// letters in another way.
    /// </summary>
    public static bool MayAnnotate(ReadOnlySpan<byte> json) => json.IndexOf("x-mcp-header"u8) >= 0 || json.IndexOf("\\u"u8) >= 0;

    /// <summary>Finds the annotated values of a call; slices of <paramref name="message"/>, missing where the call has none.</summary>
    public Slice[] Find(ClientMessage message)
    {
        var values = new Slice[Names.Length];
        var arguments = JsonMembers.Find(message.Raw(message.Params), "arguments"u8);
        if (!arguments.IsMissing)
        {
            var start = message.Params.Start + arguments.Start;
            var reader = new Utf8JsonReader(message.Body.Span.Slice(start, arguments.Length), new JsonReaderOptions { MaxDepth = int.MaxValue });
            reader.Read();
            Walk(ref reader, _root, start, values);
        }

        return values;
    }

    /// <summary>Tells whether two tools, or two readings of one, mirror the same arguments into the same headers.</summary>
    public static bool AreSame(ParameterHeaders? one, ParameterHeaders? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null
            && one.Names.SequenceEqual(other.Names, StringComparer.OrdinalIgnoreCase)
            && one._paths.Zip(other._paths).All(static pair => pair.First.SequenceEqual(pair.Second, StringComparer.Ordinal)));

    /// <summary>Reads the value that the reader stands on. It is no deeper than a client's message may be.</summary>
    private static void Walk(ref Utf8JsonReader reader, ParameterNode node, int offset, Slice[] values)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.StartObject && node.HasChildren)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var child = node.Find(ref reader);
                reader.Read();
                if (child is null)
                {
                    reader.Skip();
                }
                else
                {
                    Walk(ref reader, child, offset, values);
                }
            }
        }
        else
        {
            reader.Skip();
        }

        if (node.Header >= 0)
        {
            values[node.Header] = new Slice(offset + start, (int)reader.BytesConsumed - start);
        }
    }
}
