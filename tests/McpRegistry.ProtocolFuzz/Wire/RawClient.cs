using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpRegistry.ProtocolFuzz.Wire;

/// <summary>An HTTP client that says what no library would say, on a connection of its own for each request.</summary>
internal static class RawClient
{
    /// <summary>No answer of the gateway may take longer: the longest time it has for a call, and room for a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Sends a request whose blanks are filled in and reads the answer; <paramref name="patience"/> ends a stream.</summary>
    public static async Task<RawResponse> SendAsync(
        IPEndPoint server, HttpDraft draft, byte[] head, byte[] body, Action<string>? onEvent, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var response = new RawResponse();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience ?? Limit);
        using var client = new TcpClient { NoDelay = true };

        // A reset leaves no port waiting behind, of which there would soon be none left.
        client.LingerState = new LingerOption(true, 0);
        try
        {
            await client.ConnectAsync(server, limit.Token);
            await ExchangeAsync(client.GetStream(), draft.Delivery, head, body, response, onEvent, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            response.HasLeft |= patience is not null;
            response.IsLate = patience is null;
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // Cut off; the judge knows whether that may be.
        }

        return response;
    }

    /// <summary>The answer may come before the body was taken, so both run side by side.</summary>
    private static async Task ExchangeAsync(
        NetworkStream stream, Delivery delivery, byte[] head, byte[] body, RawResponse response, Action<string>? onEvent, CancellationToken cancellationToken)
    {
        var reading = delivery == Delivery.LeaveInAnswer
            ? PeekAsync(stream, response, cancellationToken)
            : new ResponseReader(stream, response, onEvent).ReadAsync(cancellationToken);
        await Task.WhenAll(SendAsync(stream, delivery, head, body, response, cancellationToken), reading);
    }

    private static async Task SendAsync(NetworkStream stream, Delivery delivery, byte[] head, byte[] body, RawResponse response, CancellationToken cancellationToken)
    {
        await WriteAsync(stream, delivery, head, body, cancellationToken);
        if (delivery is Delivery.LeaveAtOnce or Delivery.CutBody or Delivery.CutChunk)
        {
            response.HasLeft = true;
            stream.Close();
        }
    }

    private static async Task PeekAsync(NetworkStream stream, RawResponse response, CancellationToken cancellationToken)
    {
        response.HasLeft = true;
        _ = await stream.ReadAtLeastAsync(new byte[64], 1, throwOnEndOfStream: false, cancellationToken);
    }

    private static async Task WriteAsync(NetworkStream stream, Delivery delivery, byte[] head, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            if (delivery is Delivery.Whole or Delivery.NoLength or Delivery.LeaveAtOnce or Delivery.LeaveInAnswer)
            {
                await stream.WriteAsync(head.Concat(body).ToArray(), cancellationToken);
                return;
            }

            await stream.WriteAsync(head, cancellationToken);
            switch (delivery)
            {
                case Delivery.Dribbled:
                    foreach (var piece in body.Chunk((body.Length / 4) + 1))
                    {
                        await stream.WriteAsync(piece, cancellationToken);
                        await Task.Delay(5, cancellationToken);
                    }

                    break;
                case Delivery.CutBody:
                    await stream.WriteAsync(body.AsMemory(0, body.Length / 2), cancellationToken);
                    break;
                default:
                    await WriteChunksAsync(stream, delivery, body, cancellationToken);
                    break;
            }
        }
        catch (IOException)
        {
            // The gateway has answered and closed without taking the rest.
        }
    }

    private static async Task WriteChunksAsync(NetworkStream stream, Delivery delivery, byte[] body, CancellationToken cancellationToken)
    {
        foreach (var piece in body.Chunk((body.Length / 3) + 1))
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n").Concat(piece).Concat("\r\n"u8.ToArray()).ToArray(), cancellationToken);
            if (delivery == Delivery.CutChunk)
            {
                return;
            }

            if (delivery == Delivery.BrokenChunk)
            {
                await stream.WriteAsync("zz\r\n\r\n"u8.ToArray(), cancellationToken);
                return;
            }
        }

        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);
    }
}
