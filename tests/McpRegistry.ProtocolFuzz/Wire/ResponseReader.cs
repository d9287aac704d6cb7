using System.Globalization;
using System.Text;

namespace McpRegistry.ProtocolFuzz.Wire;

/// <summary>Reads an HTTP/1.1 answer strictly and hands on each event of a stream when it is whole.</summary>
internal sealed class ResponseReader(Stream stream, RawResponse response, Action<string>? onEvent)
{
    private readonly MemoryStream _body = new();
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private int _seen;

    /// <summary>Reads to the end; what came is in the response whatever happens.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                await ReadHeadAsync(cancellationToken);
            }
            while (response.Status is >= 100 and < 200);

            await ReadBodyAsync(cancellationToken);
            response.IsComplete = true;
        }
        finally
        {
            response.Body = _body.ToArray();
        }
    }

    private async Task ReadHeadAsync(CancellationToken cancellationToken)
    {
        var first = (await ReadLineAsync(cancellationToken)).Split(' ');
        if (first is not ["HTTP/1.1", var status, ..])
        {
            throw new FormatException($"No status line: {string.Join(' ', first)}");
        }

        response.Status = int.Parse(status, NumberStyles.None, CultureInfo.InvariantCulture);
        response.Headers.Clear();
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            response.Headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }
    }

    private async Task ReadBodyAsync(CancellationToken cancellationToken)
    {
        if (response.Header("Transfer-Encoding") == "chunked")
        {
            while (int.Parse(await ReadLineAsync(cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
            {
                await TakeAsync(length, cancellationToken);
                await ReadLineAsync(cancellationToken);
            }

            await ReadLineAsync(cancellationToken);
        }
        else if (response.Header("Content-Length") is { } text)
        {
            await TakeAsync(int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture), cancellationToken);
        }
        else if (response.Status is not (204 or 304))
        {
            throw new FormatException("An answer without a length.");
        }
    }

    private async Task TakeAsync(int length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            if (_start == _end)
            {
                await FillAsync(cancellationToken);
            }

            var part = Math.Min(length, _end - _start);
            _body.Write(_buffer, _start, part);
            _start += part;
            length -= part;
            if (response.IsStream)
            {
                TellEvents();
            }
        }
    }

    private void TellEvents()
    {
        while (onEvent is not null && _body.GetBuffer().AsSpan(_seen, (int)_body.Length - _seen).IndexOf("\n\n"u8) is >= 0 and var end)
        {
            var text = Encoding.UTF8.GetString(_body.GetBuffer(), _seen, end);
            _seen += end + 2;
            onEvent(text);
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (end >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, end);
                _start += end + 2;
                return line;
            }

            await FillAsync(cancellationToken);
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException();
        }

        _end += read;
    }
}
