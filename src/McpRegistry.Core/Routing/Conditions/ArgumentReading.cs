using System.Buffers;
using System.Text.Json;

namespace McpRegistry.Routing.Conditions;

/// <summary>
/// The values that rules look at among the arguments of one call. They are read when the first condition asks, all at once, and take
/// room in proportion to the call. Each thread keeps one of these for its next call, so that reading costs no memory.
/// </summary>
internal sealed class ArgumentReading : IDisposable
{
    private const int MaxKept = 1_024;

    [ThreadStatic]
    private static ArgumentReading? _free;

    private Dictionary<int, ArgumentValue> _values = [];
    private ArgumentTree? _tree;
    private ReadOnlyMemory<byte> _parameters;
    private char[] _text = [];
    private int _textLength;
    private bool _isRead;

    private ArgumentReading()
    {
    }

    /// <summary>Makes the reading of one call, for the thread that asks, which must dispose of it.</summary>
    /// <param name="tree">What rules look at.</param>
    /// <param name="parameters">The params of the call; empty for none.</param>
    public static ArgumentReading Of(ArgumentTree tree, ReadOnlyMemory<byte> parameters)
    {
        var reading = _free ?? new ArgumentReading();
        _free = null;
        reading._tree = tree;
        reading._parameters = parameters;
        return reading;
    }

    /// <summary>Asks about the value that a pointer of the tree leads to; no test passes where there is none.</summary>
    public bool Holds(ArgumentPointer pointer, ArgumentTest test)
    {
        if (!_isRead)
        {
            _isRead = true;
            Read(_tree!, _parameters.Span);
        }

        return _values.TryGetValue(_tree!.EndOf(pointer), out var value)
            && test.Holds(value, value.Kind == JsonValueKind.String ? _text.AsSpan(value.Start, value.Length) : default);
    }

    public void Dispose()
    {
        if (_text.Length > 0)
        {
            ArrayPool<char>.Shared.Return(_text);
        }

        if (_values.Count > MaxKept)
        {
            _values = [];
        }

        _values.Clear();
        (_tree, _parameters, _text, _textLength, _isRead) = (null, default, [], 0, false);
        _free = this;
    }

    /// <summary>Of members of one name the first counts, whatever is in it.</summary>
    private void Read(ArgumentTree tree, ReadOnlySpan<byte> parameters)
    {
        var reader = new Utf8JsonReader(parameters, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (parameters.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        var (place, item, left) = (ArgumentTree.Root, 0, tree.Ends);
        while (left > 0 && reader.Read())
        {
            int found;
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    item = place == ArgumentTree.Root ? 0 : _values[place].Start;
                    place = tree.ParentOf(place);
                    if (place <= ArgumentTree.Root)
                    {
                        return;
                    }

                    continue;
                case JsonTokenType.PropertyName:
                    found = tree.FindMember(place, reader);
                    reader.Read();
                    break;
                default:
                    found = tree.FindItem(place, item++);
                    break;
            }

            if (found < 0 || _values.ContainsKey(found))
            {
                reader.Skip();
                continue;
            }

            left -= tree.IsEnd(found) ? 1 : 0;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && tree.HasMore(found))
            {
                _values.Add(found, new ArgumentValue(JsonValueKind.Undefined, item));
                (place, item) = (found, 0);
                continue;
            }

            _values.Add(found, tree.IsEnd(found) ? Value(ref reader) : default);
            if (place == ArgumentTree.Root)
            {
                return;
            }

            reader.Skip();
        }
    }

    private ArgumentValue Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => Text(ref reader),
        JsonTokenType.Number => reader.TryGetDouble(out var number) ? new ArgumentValue(JsonValueKind.Number, Number: number) : default,
        JsonTokenType.True => new ArgumentValue(JsonValueKind.True),
        JsonTokenType.False => new ArgumentValue(JsonValueKind.False),
        JsonTokenType.Null => new ArgumentValue(JsonValueKind.Null),
        _ => default,
    };

    /// <summary>Half a surrogate pair in an escape is no text, so it equals none.</summary>
    private ArgumentValue Text(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped && !EscapedText.IsText(reader.ValueSpan))
        {
            return default;
        }

        var needed = _textLength + reader.ValueSpan.Length;
        if (needed > _text.Length)
        {
            var larger = ArrayPool<char>.Shared.Rent(Math.Max(needed, 2 * _text.Length));
            _text.AsSpan(0, _textLength).CopyTo(larger);
            if (_text.Length > 0)
            {
                ArrayPool<char>.Shared.Return(_text);
            }

            _text = larger;
        }

        var value = new ArgumentValue(JsonValueKind.String, _textLength, reader.CopyString(_text.AsSpan(_textLength)));
        _textLength += value.Length;
        return value;
    }
}
