using System.Globalization;
using System.Text;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>Reads the requests of one connection; the gateway's are well-formed HTTP/1.1, or the fuzzer says so.</summary>
internal sealed class RequestReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads the next request; null when there is none.</summary>
    public async Task<ServerRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        var first = await LineAsync(cancellationToken);
        if (first is null)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var words = first.Split(' ');
        return new ServerRequest(words[0], words[1], headers, await BodyAsync(headers, cancellationToken));
    }

    private async Task<byte[]> BodyAsync(Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (headers.TryGetValue("Content-Length", out var length))
        {
            return await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }

        var body = new List<byte>();
        if (headers.ContainsKey("Transfer-Encoding"))
        {
            while (int.Parse(await LineAsync(cancellationToken) ?? "0", NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
            {
                body.AddRange(await TakeAsync(size, cancellationToken));
                await LineAsync(cancellationToken);
            }

            await LineAsync(cancellationToken);
        }

        return [.. body];
    }

    private async Task<byte[]> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var taken = new byte[count];
        var buffered = Math.Min(count, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(taken);
        _start += buffered;
        await stream.ReadExactlyAsync(taken.AsMemory(buffered), cancellationToken);
        return taken;
    }

    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await stream.ReadAsync(_buffer, cancellationToken);
                if (_end == 0)
                {
                    return null;
                }
            }

            var rest = _buffer.AsSpan(_start, _end - _start);
            var feed = rest.IndexOf((byte)'\n');
            line.Append(Encoding.Latin1.GetString(feed < 0 ? rest : rest[..feed]));
            _start += feed < 0 ? rest.Length : feed + 1;
            if (feed >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }
        }
    }
}
