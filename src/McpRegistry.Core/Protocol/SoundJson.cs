using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>
/// Tells whether every common parser reads a value, and all read the same. What one server says is put beside what others say, and
/// one value that a client's parser refuses would take the whole list with it.
/// </summary>
internal static class SoundJson
{
    /// <summary>Parsers that stop at 64 levels have to find room for the levels around the value.</summary>
    private const int MaxDepth = 48;

    /// <summary>Bounds the cost of the search for repeats.</summary>
    private const int MaxMembers = 4_096;

    /// <summary>Says what is wrong with a value.</summary>
    /// <param name="json">One JSON value.</param>
    /// <returns>The fault, to be put behind "it"; null when there is none.</returns>
    public static string? FaultOf(ReadOnlySpan<byte> json)
    {
        var names = default(MemberNames);
        try
        {
            return Walk(json, ref names);
        }
        catch (InvalidOperationException)
        {
            return "has text that is not whole Unicode";
        }
        finally
        {
            names.Dispose();
        }
    }

    private static string? Walk(ReadOnlySpan<byte> json, ref MemberNames names)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        Span<int> marks = stackalloc int[MaxDepth];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaxDepth:
                    return $"is nested deeper than {MaxDepth} levels";
                case JsonTokenType.StartObject:
                    marks[reader.CurrentDepth] = names.Enter();
                    break;
                case JsonTokenType.EndObject:
                    names.Leave(marks[reader.CurrentDepth]);
                    break;
                case JsonTokenType.PropertyName:
                    var mark = marks[reader.CurrentDepth - 1];
                    var name = reader.ValueIsEscaped ? names.Unescape(ref reader) : new Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                    if (!names.Add(json, mark, name))
                    {
                        return "has a member twice";
                    }

                    if (names.Enter() - mark > MaxMembers)
                    {
                        return $"has an object with more than {MaxMembers} members";
                    }

                    break;
                case JsonTokenType.String when reader.ValueIsEscaped:
                    // Half a surrogate pair in an escape throws.
                    reader.GetString();
                    break;
            }
        }

        return null;
    }
}
