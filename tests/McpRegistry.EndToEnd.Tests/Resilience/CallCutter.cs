using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Stands between the gateway and a server and cuts the connection of every tool call at one point; all else passes.</summary>
internal sealed class CallCutter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Uri _target;
    private readonly Task _accepting;
    private int _cuts;

    public CallCutter(Uri target)
    {
        _target = target;
        _listener.Start();
        Url = new UriBuilder(target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>Gets or sets where calls are cut; null lets them pass.</summary>
    public CutPoint? Point { get; set; }

    /// <summary>Gets the fewest bytes of a piece that is taken for a call, where calls do not pass in the clear: one is cut, and no more. 0 where they do.</summary>
    public int MinCallBytes { get; init; }

    /// <summary>Gets how many calls were cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Stops listening, and ends what is open.</summary>
    public void Stop()
    {
        _listener.Dispose();
        foreach (var client in _open.Keys)
        {
            client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await _accepting;

        // Whoever came meanwhile.
        Stop();
        await Task.WhenAll(_serving);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped while it waited for a client, or between two of them.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        (_open[client], _open[server]) = (true, true);
        try
        {
            await server.ConnectAsync(_target.Host, _target.Port);
            var isCall = false;
            await Task.WhenAny(
                PassAsync(client, server, (text, bytes) => (isCall |= IsCall(text, bytes)) ? Point switch { CutPoint.Lost => 0, CutPoint.HalfSent => 0.5, _ => null } : null),
                PassAsync(server, client, (_, _) => isCall ? Point switch { CutPoint.AfterSend => 0, CutPoint.HalfAnswered => 0.5, _ => null } : null));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The server is gone, or this is.
        }
        finally
        {
            (_, _) = (_open.TryRemove(client, out _), _open.TryRemove(server, out _));
            client.Dispose();
        }
    }

    private bool IsCall(string text, int bytes) => MinCallBytes == 0 ? text.Contains("tools/call", StringComparison.Ordinal) : Point is not null && bytes >= MinCallBytes;

    /// <param name="from">Where bytes come from.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="cut">Returns the part of a piece that still passes before the connection ends; null for all of it and no end.</param>
    private async Task PassAsync(TcpClient from, TcpClient to, Func<string, int, double?> cut)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var read and > 0)
            {
                var part = cut(Encoding.UTF8.GetString(buffer, 0, read), read);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, (int)(read * (part ?? 1))));
                if (part is not null)
                {
                    Point = MinCallBytes == 0 ? Point : null;
                    Interlocked.Increment(ref _cuts);
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut, from one side or the other.
        }
    }
}
