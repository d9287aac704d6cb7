using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>Stands between a client and the gateway, so that a test can break the connections of a client that it does not write itself.</summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Uri _target;
    private readonly string _awaited;
    private readonly Task _accepting;

    /// <summary>Starts it.</summary>
    /// <param name="target">The gateway's endpoint.</param>
    /// <param name="awaited">The text that <see cref="Passed"/> waits for.</param>
    public CuttingRelay(Uri target, string awaited)
    {
        _target = target;
        _awaited = awaited;
        _listener.Start();
        Url = new UriBuilder(target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>Gets a task that ends when the awaited text has gone to the client.</summary>
    public Task Passed => _passed.Task;

    /// <summary>Ends every connection. What was passed on before arrives.</summary>
    public void Cut()
    {
        foreach (var client in _open.Keys)
        {
            client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped while it waited for a client, or between two of them; one may have come meanwhile.
            Cut();
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _open[client] = true;
        try
        {
            await server.ConnectAsync(_target.Host, _target.Port);
            _open[server] = true;
            await Task.WhenAny(PassAsync(client, server, _ => { }), PassAsync(server, client, Note));
        }
        catch (SocketException)
        {
            // The gateway has stopped.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private static async Task PassAsync(TcpClient from, TcpClient to, Action<string> note)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var read and > 0)
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
                note(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut, by the test or by one of the two.
        }
    }

    /// <summary>The gateway flushes each event by itself, so the text comes in one piece.</summary>
    private void Note(string text)
    {
        if (text.Contains(_awaited, StringComparison.Ordinal))
        {
            _passed.TrySetResult();
        }
    }
}
