using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>
/// HTTP/1.1 over a socket. HttpClient joins headers that are sent twice, adds some of its own and refuses broken ones, so
/// it cannot say what a hostile client says.
/// </summary>
internal static class RawHttp
{
    public static async Task<RawAnswer> SendAsync(
        Uri server, string verb, string path, IEnumerable<(string Name, string Value)> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = client.GetStream();
        var head = new StringBuilder($"{verb} {path} HTTP/1.1\r\nContent-Length: {body.Length}\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return await ExchangeAsync(stream, Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), body, cancellationToken);
    }

    /// <summary>The answer may come before the body was taken; both run side by side, as in any real client.</summary>
    private static async Task<RawAnswer> ExchangeAsync(NetworkStream stream, byte[] head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var reading = ReadAsync(stream, cancellationToken);
        await Task.WhenAll(WriteAsync(stream, head, body, cancellationToken), reading);
        return await reading;
    }

    private static async Task WriteAsync(NetworkStream stream, byte[] head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(head, cancellationToken);
            await stream.WriteAsync(body, cancellationToken);
        }
        catch (IOException)
        {
            // The server has answered and closed without taking the rest.
        }
    }

    private static async Task<RawAnswer> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var bytes = new List<byte>();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var text = Encoding.UTF8.GetString([.. bytes]);
            if (RawAnswer.TryParse(text, bytes.Count, out var answer))
            {
                return answer;
            }

            var read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                throw new IOException($"The connection ended within the answer: {text}");
            }

            bytes.AddRange(buffer.AsSpan(0, read));
        }
    }
}
