using System.Text.Json;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>A stream that a client keeps open for change notifications: GET of a session, or subscriptions/listen.</summary>
internal sealed class PushStream : IDisposable
{
    private readonly UpstreamExchange _exchange;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PushStream(UpstreamExchange exchange) => _exchange = exchange;

    public string? SessionId => _exchange.Request.SessionId;

    private bool IsSubscription => _exchange.Request.Method.Length > 0;

    /// <summary>Sends a notification; false when the client left meanwhile.</summary>
    public async Task<bool> TrySendAsync(string method, string parameters)
    {
        try
        {
            await _writing.WaitAsync(_exchange.Ended);
            await _exchange.NotifyAsync(method, IsSubscription ? Json.WithSubscription(parameters, _exchange.Request.Id!) : parameters);
            _writing.Release();
            return true;
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The stream is over, so its lock is not given back either.
            return false;
        }
    }

    /// <summary>Asks the client something; false when it left meanwhile. The id is raw JSON.</summary>
    public async Task<bool> TryAskAsync(string id, string method, string parameters)
    {
        try
        {
            await _writing.WaitAsync(_exchange.Ended);
            await _exchange.AskAsync(id, method, parameters);
            _writing.Release();
            return true;
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException)
        {
            return false;
        }
    }

    /// <summary>Gets whether the client asked for this notification; a GET stream carries everything.</summary>
    public bool Wants(string method) => !IsSubscription || (FilterOf(method) is { } member
        && _exchange.Request.Params.TryGetProperty("notifications", out var filter)
        && filter.TryGetProperty(member, out var wanted) && wanted.ValueKind is JsonValueKind.True or JsonValueKind.Array);

    public void Close() => _closed.TrySetResult();

    public Task WhenClosedAsync() => _closed.Task.WaitAsync(_exchange.Ended);

    public void Dispose() => _writing.Dispose();

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
