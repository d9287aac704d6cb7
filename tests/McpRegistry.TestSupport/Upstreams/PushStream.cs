using System.Text.Json;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>A stream that a client keeps open for change notifications: GET of a session, or subscriptions/listen.</summary>
internal sealed class PushStream
{
    private readonly UpstreamExchange _exchange;

    // Taken until the stream has begun.
    private readonly SemaphoreSlim _writing = new(0, 1);
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _begun;
    private bool _cut;
    private bool _ended;

    public PushStream(UpstreamExchange exchange) => _exchange = exchange;

    public ReceivedRequest Request => _exchange.Request;

    public string? SessionId => _exchange.Request.SessionId;

    private bool IsSubscription => _exchange.Request.Method.Length > 0;

    public bool HasBegun
    {
        get
        {
            lock (_lock)
            {
                return _begun;
            }
        }
    }

    /// <summary>Begins the stream; what others send waits until then, as does a cut.</summary>
    public async Task BeginAsync(Func<Task> begin)
    {
        try
        {
            await begin();
        }
        finally
        {
            _writing.Release();
            lock (_lock)
            {
                _begun = true;
                CutIfWanted();
            }
        }
    }

    /// <summary>Sends a notification; false when the client left meanwhile.</summary>
    public Task<bool> TrySendAsync(string method, string parameters) =>
        TryWriteAsync(() => _exchange.NotifyAsync(method, IsSubscription ? Json.WithSubscription(parameters, _exchange.Request.Id!) : parameters));

    /// <summary>Asks the client something; false when it left meanwhile. The id is raw JSON.</summary>
    public Task<bool> TryAskAsync(string id, string method, string parameters) => TryWriteAsync(() => _exchange.AskAsync(id, method, parameters));

    /// <summary>Gets whether the client asked for this notification; a GET stream carries everything.</summary>
    public bool Wants(string method) => !IsSubscription || (FilterOf(method) is { } member
        && _exchange.Request.Params.TryGetProperty("notifications", out var filter)
        && filter.TryGetProperty(member, out var wanted) && wanted.ValueKind is JsonValueKind.True or JsonValueKind.Array);

    public void Close() => _closed.TrySetResult();

    public void Cut()
    {
        lock (_lock)
        {
            _cut = true;
            CutIfWanted();
        }
    }

    public Task WhenClosedAsync() => _closed.Task.WaitAsync(_exchange.Ended);

    /// <summary>Ends the stream: the response is another request's soon, so nothing may be written any more, nor be under way.</summary>
    public async Task EndAsync()
    {
        await _writing.WaitAsync(CancellationToken.None);
        _ended = true;
        _writing.Release();
    }

    private void CutIfWanted()
    {
        if (_begun && _cut)
        {
            _exchange.CloseConnection();
        }
    }

    private async Task<bool> TryWriteAsync(Func<Task> write)
    {
        await _writing.WaitAsync(CancellationToken.None);
        try
        {
            if (!_ended)
            {
                await write();
            }

            return !_ended;
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException)
        {
            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    private static string? FilterOf(string method) => method switch
    {
        "notifications/tools/list_changed" => "toolsListChanged",
        "notifications/prompts/list_changed" => "promptsListChanged",
        "notifications/resources/list_changed" => "resourcesListChanged",
        "notifications/resources/updated" => "resourceSubscriptions",
        "notifications/tasks" => "taskIds",
        _ => null,
    };
}
