using System.Buffers;
using System.IO.Pipelines;

namespace McpRegistry.Upstream.Http;

/// <summary>
/// Reads the data of server-sent events as bytes, without decoding text, and never holds more than the limit.
/// Event names, ids and comments are passed over.
/// </summary>
internal sealed class SseReader(Stream stream, int maxEventBytes) : IAsyncDisposable
{
    private readonly PipeReader _reader = PipeReader.Create(stream);
    private ArrayBufferWriter<byte>? _data;

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
            while (!complete && TryReadLine(ref buffer, result.IsCompleted, out var line))
            {
                complete = TakeLine(line);
            }

            var data = complete ? _data!.WrittenMemory : default;
            _data = complete ? null : _data;
            _reader.AdvanceTo(buffer.Start, buffer.End);
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
            return _data is { WrittenCount: > 0 };
        }

        var text = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        if (!text.StartsWith("data:"u8))
        {
            return false;
        }

        text = text[5..];
        text = text is [(byte)' ', ..] ? text[1..] : text;
        if (_data is { WrittenCount: > 0 })
        {
            _data.Write("\n"u8);
        }

        (_data ??= new ArrayBufferWriter<byte>(Math.Max(text.Length, 256))).Write(text);
        return false;
    }

    /// <summary>Cuts the next line off; lines end in LF, CR LF or CR.</summary>
    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadToAny(out line, "\r\n"u8, advancePastDelimiter: false))
        {
            return false;
        }

        reader.TryRead(out var end);
        if (end == (byte)'\r')
        {
            if (reader.End && !isLast)
            {
                // The LF of a CR LF may still be on its way.
                return false;
            }

            reader.IsNext((byte)'\n', advancePast: true);
        }

        buffer = buffer.Slice(reader.Position);
        return true;
    }
}
