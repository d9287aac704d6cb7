using System.Text.Json;
using System.Text.Unicode;

namespace McpRegistry.Protocol;

/// <summary>
/// Walks once over a client's message: checks its form (protocol.md 2.1 step 3 and 2.9) and notes where the values stand
/// that routing and policy need.
/// </summary>
internal ref struct EnvelopeReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly EnvelopeLimits _limits;
    private readonly ClientMessage _message;
    private Utf8JsonReader _reader;
    private MemberNames _names;
    private EnvelopeFault _fault;

    private EnvelopeReader(ClientMessage message, EnvelopeLimits limits)
    {
        _message = message;
        _bytes = message.Body.Span;
        _limits = limits;

        // The reader's own limit would report "malformed"; depth is counted here instead, to say what is wrong.
        _reader = new Utf8JsonReader(_bytes, new JsonReaderOptions { MaxDepth = int.MaxValue });
    }

    /// <summary>Reads one message.</summary>
    /// <param name="body">The whole body; it must stay unchanged while the message is in use.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="message">The message; after a fault it still holds the id, if a proper one was read before.</param>
    /// <returns><see cref="EnvelopeFault.None"/>, or why the message is refused.</returns>
    public static EnvelopeFault Read(ReadOnlyMemory<byte> body, EnvelopeLimits limits, out ClientMessage message)
    {
        message = new ClientMessage { Body = body };

        // The reader takes any bytes inside a string; what is not UTF-8 must not travel on.
        if (!Utf8.IsValid(body.Span))
        {
            return EnvelopeFault.Malformed;
        }

        var reader = new EnvelopeReader(message, limits);
        EnvelopeFault fault;
        try
        {
            fault = reader.ReadMessage();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with half of a surrogate pair in an escape decodes to no text.
            fault = EnvelopeFault.Malformed;
        }
        finally
        {
            reader._names.Dispose();
        }

        if (!message.Id.IsMissing && !IsId(message.Raw(message.Id)))
        {
            message.Id = default;
            return fault == EnvelopeFault.None ? EnvelopeFault.WrongId : fault;
        }

        return fault == EnvelopeFault.None ? Classify(message) : fault;
    }

    private EnvelopeFault ReadMessage()
    {
        _reader.Read();
        var first = _reader.TokenType;
        switch (first)
        {
            case JsonTokenType.StartObject:
                ReadObject(MessageField.Root);
                break;
            case JsonTokenType.StartArray:
                _reader.Read();
                _fault = _reader.TokenType == JsonTokenType.EndArray ? EnvelopeFault.EmptyBatch : EnvelopeFault.Batch;
                break;
            default:
                _fault = EnvelopeFault.NotAnObject;
                break;
        }

        if (_fault == EnvelopeFault.None)
        {
            // Anything but white space after the message throws.
            _reader.Read();
        }

        return _fault;
    }

    /// <summary>Reads the members of the object whose opening brace was just read.</summary>
    private void ReadObject(MessageField[] fields)
    {
        if (_reader.CurrentDepth >= _limits.MaxDepth)
        {
            _fault = EnvelopeFault.TooDeep;
            return;
        }

        var mark = _names.Enter();
        var members = 0;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = NameSlice();
            if (!_names.Add(_bytes, mark, name))
            {
                _fault = EnvelopeFault.DuplicateMember;
                return;
            }

            if (++members > _limits.MaxMembers)
            {
                _fault = EnvelopeFault.TooManyMembers;
                return;
            }

            var field = fields.Length == 0 ? null : MessageField.Find(fields, _names.Resolve(_bytes, name));
            var value = ReadValue(field);
            if (_fault != EnvelopeFault.None)
            {
                return;
            }

            field?.Keep(_message, value);
        }

        _names.Leave(mark);
    }

    private Slice NameSlice() => _reader.ValueIsEscaped
        ? _names.Unescape(ref _reader)
        : new Slice((int)_reader.TokenStartIndex + 1, _reader.ValueSpan.Length);

    private Slice ReadValue(MessageField? field)
    {
        _reader.Read();
        return ReadCurrent(field?.Inner ?? []);
    }

    private Slice ReadCurrent(MessageField[] fields)
    {
        var start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(fields);
        }
        else if (_reader.TokenType == JsonTokenType.StartArray)
        {
            ReadArray();
        }

        return new Slice(start, (int)_reader.BytesConsumed - start);
    }

    private void ReadArray()
    {
        if (_reader.CurrentDepth >= _limits.MaxDepth)
        {
            _fault = EnvelopeFault.TooDeep;
            return;
        }

        while (_fault == EnvelopeFault.None && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            ReadCurrent([]);
        }
    }

    private static EnvelopeFault Classify(ClientMessage message)
    {
        if (!message.Raw(message.Version).SequenceEqual("\"2.0\""u8))
        {
            return EnvelopeFault.WrongVersion;
        }

        if (message.MethodName.IsMissing)
        {
            message.Kind = MessageKind.Response;
            return message.Id.IsMissing || message.HasTwoOutcomes || !message.IsObject(message.Outcome) ? EnvelopeFault.NotAMessage : EnvelopeFault.None;
        }

        if (!message.IsString(message.MethodName) || !message.Outcome.IsMissing)
        {
            return EnvelopeFault.NotAMessage;
        }

        if (!message.Params.IsMissing && (!message.IsObject(message.Params) || (!message.Meta.IsMissing && !message.IsObject(message.Meta))))
        {
            return EnvelopeFault.WrongParams;
        }

        message.Kind = message.Id.IsMissing ? MessageKind.Notification : MessageKind.Request;
        message.Method = McpMethods.ParseJson(message.Raw(message.MethodName));
        return EnvelopeFault.None;
    }

    /// <summary>Ids are strings or 64-bit integers; null, fractions and exponents are refused.</summary>
    private static bool IsId(ReadOnlySpan<byte> raw) =>
        raw[0] == (byte)'"' ||
        (System.Buffers.Text.Utf8Parser.TryParse(raw, out long _, out var consumed) && consumed == raw.Length);
}
