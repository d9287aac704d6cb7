using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace McpRegistry.QuotaDrill;

/// <summary>Callers who ask all hosts in turn until each of them has been refused by every host that lives.</summary>
internal sealed class Load(IReadOnlyList<Uri> hosts, string key) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(5) };
    private int _succeeded;
    private int _cutOff;

    /// <summary>Gets how many calls were answered with a result.</summary>
    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Gets how many calls had no answer: their host was killed, and may have counted them.</summary>
    public int CutOff => Volatile.Read(ref _cutOff);

    /// <summary>Calls until the quota is used up, as every host says; <paramref name="reached"/> runs once, after so many successes.</summary>
    public async Task RunAsync(int callers, int after, Func<Task> reached)
    {
        var calling = Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(caller))));
        while (Succeeded < after && !calling.IsCompleted)
        {
            await Task.Yield();
        }

        await reached();
        await calling;
    }

    /// <summary>Asks all hosts until each of them says that it does not know the key any more, or it is enough.</summary>
    /// <returns>Whether all have said so.</returns>
    public async Task<bool> UntilUnknownAsync(CancellationToken enough)
    {
        await Task.WhenAll(hosts.Select(async host =>
        {
            while (!enough.IsCancellationRequested && await TryCallAsync(host) != HttpStatusCode.Unauthorized)
            {
                await Task.Yield();
            }
        }));
        return !enough.IsCancellationRequested;
    }

    public void Dispose() => _http.Dispose();

    private async Task CallAsync(int caller)
    {
        var open = hosts.ToList();
        for (var turn = caller; open.Count > 0; turn++)
        {
            var host = open[turn % open.Count];
            switch (await TryCallAsync(host))
            {
                case HttpStatusCode.OK:
                    Interlocked.Increment(ref _succeeded);
                    break;
                case HttpStatusCode.TooManyRequests:
                    open.Remove(host);
                    break;
                case null:
                    Interlocked.Increment(ref _cutOff);
                    open.Remove(host);
                    break;
                case HttpStatusCode.ServiceUnavailable:
                    // The store was too slow for the host; nothing was decided.
                    break;
                case { } other:
                    throw new InvalidOperationException($"{host} answered {(int)other}.");
            }
        }
    }

    private async Task<HttpStatusCode?> TryCallAsync(Uri host)
    {
        using var request = ListRequest.To(host);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var response = await _http.SendAsync(request);

            // An answer that was waited for long has become a stream, whose status says nothing any more.
            var text = await response.Content.ReadAsStringAsync();
            return response.StatusCode == HttpStatusCode.OK && text.Contains("\"quota_exceeded\"", StringComparison.Ordinal)
                ? HttpStatusCode.TooManyRequests
                : response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            return null;
        }
    }
}
