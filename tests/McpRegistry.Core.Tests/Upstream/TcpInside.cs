using System.Net;
using System.Net.Sockets;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Something inside that must not be reached, and would notice.</summary>
internal sealed class TcpInside : IDisposable
{
    private readonly Socket _listener;
    private int _accepted;

    public TcpInside(IPAddress address, int port)
    {
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public int Accepted => Volatile.Read(ref _accepted) + (_listener.Poll(0, SelectMode.SelectRead) ? 1 : 0);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptAsync();
                Interlocked.Increment(ref _accepted);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
