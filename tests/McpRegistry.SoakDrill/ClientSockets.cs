using System.Net.Http.Headers;
using System.Net.Sockets;

namespace McpRegistry.SoakDrill;

/// <summary>The connections of one client, which can be torn down as no HTTP library does.</summary>
internal sealed class ClientSockets : IDisposable
{
    private const int Tcp = 6;
    private const int Repair = 19;

    private readonly List<Socket> _sockets = [];
    private readonly Lock _lock = new();

    /// <summary>Makes connections on demand.</summary>
    /// <param name="key">The API key of all requests.</param>
    public ClientSockets(string key)
    {
        // Shorter than the gateway's patience with unused connections, which would otherwise close one while a request is sent on it.
        var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, PooledConnectionIdleTimeout = DrillGateway.IdleConnection / 2 };
        Http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(2) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public HttpClient Http { get; }

    /// <summary>Resets all connections.</summary>
    public void Reset() => CloseAll(static socket => socket.LingerState = new LingerOption(enable: true, seconds: 0));

    /// <summary>
    /// Lets all connections disappear: a socket in repair mode is closed without a packet. Needs CAP_NET_ADMIN; without it the
    /// connections are reset instead.
    /// </summary>
    /// <returns>Whether that worked.</returns>
    public bool Disappear()
    {
        var worked = true;
        CloseAll(socket =>
        {
            try
            {
                socket.SetRawSocketOption(Tcp, Repair, BitConverter.GetBytes(1));
            }
            catch (SocketException)
            {
                worked = false;
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        });
        return worked;
    }

    public void Dispose() => Http.Dispose();

    private void CloseAll(Action<Socket> prepare)
    {
        lock (_lock)
        {
            foreach (var socket in _sockets)
            {
                if (socket.SafeHandle is { IsClosed: false })
                {
                    prepare(socket);
                    socket.Dispose();
                }
            }

            _sockets.Clear();
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            lock (_lock)
            {
                _sockets.Add(socket);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
