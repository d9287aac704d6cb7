using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>Does the acts of a plan on one HTTP connection.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Another connection may still wait to write here; disposed of, the semaphore would leave that one waiting for ever.")]
internal sealed class Performer(Socket socket, NetworkStream stream, ServerRequest request, Conversations conversations)
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private string _headers = "";
    private bool _began;

    /// <summary>Gets whether the connection is used up.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Sets a header of the answer.</summary>
    public void Header(string name, string value) => _headers += $"{name}: {value}\r\n";

    public async Task PerformAsync(IReadOnlyList<Act> acts, CancellationToken cancellationToken)
    {
        foreach (var act in acts)
        {
            await PerformOneAsync(act, cancellationToken);
            if (IsClosed)
            {
                return;
            }
        }

        if (_began)
        {
            await WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);
        }
    }

    public Task SendAsync(string json, CancellationToken cancellationToken) => ChunkAsync(Encoding.UTF8.GetBytes($"event: message\ndata: {json}\n\n"), cancellationToken);

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (!_began)
        {
            _began = true;
            await WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n{_headers}\r\n"), cancellationToken);
        }
    }

    /// <summary>Waits until the gateway gives up.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        IsClosed = true;
        _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancellationToken);
    }

    public async Task ChunkAsync(byte[] content, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        if (content.Length > 0)
        {
            await WriteAsync([.. Encoding.ASCII.GetBytes($"{content.Length:x}\r\n"), .. content, .. "\r\n"u8], cancellationToken);
        }
    }

    /// <summary>Does one act and leaves the answer open.</summary>
    public async Task PerformOneAsync(Act act, CancellationToken cancellationToken)
    {
        switch (act)
        {
            case Act.Document document:
                await DocumentAsync(document, cancellationToken);
                break;
            case Act.Begin:
                await BeginAsync(cancellationToken);
                break;
            case Act.Message message:
                await SendAsync(message.Json, cancellationToken);
                break;
            case Act.Flood flood:
                for (var times = flood.Times; times > 0; times--)
                {
                    await SendAsync(flood.Json, cancellationToken);
                }

                break;
            case Act.Bytes bytes:
                await ChunkAsync(bytes.Content, cancellationToken);
                break;
            case Act.Raw raw:
                await WriteAsync(raw.Content, cancellationToken);
                break;
            case Act.Half half:
                await WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {half.Body.Length}\r\n{_headers}\r\n"), cancellationToken);
                await WriteAsync(half.Body[..(half.Body.Length / 2)], cancellationToken);
                Cut();
                break;
            case Act.Ask ask:
                await conversations.AskAsync(request.Session, ask.Id, () => SendAsync(ask.Json, cancellationToken), cancellationToken);
                break;
            case Act.Push push:
                await conversations.PushAsync(request.Server, push.Json, cancellationToken);
                break;
            case Act.Wait wait:
                await Task.Delay(wait.Time, cancellationToken);
                break;
            case Act.Never:
                await HoldAsync(cancellationToken);
                break;
            case Act.Cut:
                Cut();
                break;
        }
    }

    private Task DocumentAsync(Act.Document document, CancellationToken cancellationToken)
    {
        var type = document.ContentType.Length > 0 ? $"Content-Type: {document.ContentType}\r\n" : "";
        var body = document.Status is 204 or 304 ? [] : document.Body;
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {document.Status} X\r\n{type}Content-Length: {body.Length}\r\n{_headers}{document.More}\r\n");
        return WriteAsync([.. Encoding.Latin1.GetBytes(head), .. body], cancellationToken);
    }

    private void Cut()
    {
        IsClosed = true;
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(bytes, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }
}
