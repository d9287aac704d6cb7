using System.Net;
using System.Net.Sockets;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>
/// Loopback ports that a server can leave and come back to. The system gives ports from 32,768 on to whoever asks for any, an outgoing
/// connection too; these lie below, so that nobody sits there meanwhile.
/// </summary>
public static class ReturningPort
{
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>Takes a port that is free now and that no other call in this process gets.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there: the next one.
            }
        }
    }
}
