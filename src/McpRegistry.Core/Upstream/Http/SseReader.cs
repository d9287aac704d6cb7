using System.Buffers;
using System.IO.Pipelines;

namespace McpRegistry.Upstream.Http;

/// <summary>
/// Reads the data of server-sent events as bytes, without decoding text, and never holds more than the limit.
/// Comments are passed over.
/// </summary>
/// <param name="stream">The body of the response.</param>
/// <param name="maxEventBytes">The largest event.</param>
/// <param name="position">Follows ids and retry times; null when nobody asks for them.</param>
internal sealed class SseReader(Stream stream, int maxEventBytes, StreamPosition? position = null) : IAsyncDisposable
{
    private readonly PipeReader _reader = PipeReader.Create(stream);
    private ArrayBufferWriter<byte>? _data;
    private string? _id;
    private string? _nextName;

    /// <summary>How much of the unfinished line was searched already; an event of many reads is searched once.</summary>
    private long _searched;

    /// <summary>The last line ended in CR; the LF that may follow belongs to it.</summary>
    private bool _skipsLineFeed;

    /// <summary>Gets the name of the event that was read last; null for a message, which is what an event without a name is.</summary>
    public string? Name { get; private set; }

    /// <summary>Reads the next event that has data.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The data, owned by the caller; null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The event is larger than the limit.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var complete = false;
            while (!complete && TryReadLine(ref buffer, out var line))
            {
                complete = TakeLine(line);
            }

            var data = complete ? _data!.WrittenMemory : default;
            _data = complete ? null : _data;

            // What follows a complete event may be the next one: it is not examined yet.
            _reader.AdvanceTo(buffer.Start, complete ? buffer.Start : buffer.End);
            if (complete)
            {
                return data;
            }

            if (buffer.Length + (_data?.WrittenCount ?? 0) > maxEventBytes)
            {
                throw new InvalidDataException($"The event is larger than {maxEventBytes} bytes.");
            }

            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    /// <summary>Takes one line; true when it ends an event that has data.</summary>
    private bool TakeLine(in ReadOnlySequence<byte> line)
    {
        if (line.IsEmpty)
        {
            position?.Passed(_id);
            _id = null;
            (Name, _nextName) = (_nextName, null);
            return _data is { WrittenCount: > 0 };
        }

        var text = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        if (!text.StartsWith("data:"u8))
        {
            Follow(text);
            return false;
        }

        text = Value(text, 5);
        if (_data is { WrittenCount: > 0 })
        {
            _data.Write("\n"u8);
        }

        (_data ??= new ArrayBufferWriter<byte>(Math.Max(text.Length, 256))).Write(text);
        return false;
    }

    private void Follow(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("event:"u8))
        {
            var name = Value(text, 6);
            _nextName = name.IsEmpty || name.SequenceEqual("message"u8) ? null : System.Text.Encoding.UTF8.GetString(name);
        }

        if (position is null)
        {
            return;
        }

        if (text.StartsWith("id:"u8))
        {
            _id = System.Text.Encoding.UTF8.GetString(Value(text, 3));
        }
        else if (text.StartsWith("retry:"u8) && System.Buffers.Text.Utf8Parser.TryParse(Value(text, 6), out long milliseconds, out _))
        {
            position.Wait(milliseconds);
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text, int start) => text[start..] is [(byte)' ', ..] ? text[(start + 1)..] : text[start..];

    /// <summary>Cuts the next line off; lines end in LF, CR LF or CR.</summary>
    private bool TryReadLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (_skipsLineFeed && !buffer.IsEmpty)
        {
            _skipsLineFeed = false;
            buffer = buffer.FirstSpan[0] == (byte)'\n' ? buffer.Slice(1) : buffer;
        }

        var reader = new SequenceReader<byte>(buffer.Slice(_searched));
        if (!reader.TryAdvanceToAny("\r\n"u8, advancePastDelimiter: false))
        {
            _searched = buffer.Length;
            return false;
        }

        line = buffer.Slice(buffer.Start, reader.Position);
        reader.TryRead(out var end);
        _skipsLineFeed = end == (byte)'\r';
        _searched = 0;
        buffer = buffer.Slice(reader.Position);
        return true;
    }
}
