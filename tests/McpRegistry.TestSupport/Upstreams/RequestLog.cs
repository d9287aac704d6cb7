using System.Collections.Concurrent;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>All requests that an upstream received, in order.</summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly List<ReceivedRequest> _requests = [];
    private readonly ConcurrentDictionary<(string? Session, string Id), TaskCompletionSource<ReceivedRequest>> _answers = new();
    private readonly Changes _changes;

    internal RequestLog(Changes changes) => _changes = changes;

    public IReadOnlyList<ReceivedRequest> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public IReadOnlyList<ReceivedRequest> Of(string method) =>
        [.. All.Where(request => string.Equals(request.Method, method, StringComparison.Ordinal))];

    /// <summary>Returns the n-th request of a method, waiting until it came.</summary>
    public async Task<ReceivedRequest> WaitAsync(string method, CancellationToken cancellationToken, int nth = 1)
    {
        await _changes.UntilAsync(() => Of(method).Count >= nth, $"request {nth} of {method} arrives", cancellationToken);
        return Of(method)[nth - 1];
    }

    /// <summary>Returns the first request that fits, waiting until it came; for responses, GET and DELETE, which have no method.</summary>
    public async Task<ReceivedRequest> WaitAsync(Func<ReceivedRequest, bool> fits, string expected, CancellationToken cancellationToken)
    {
        ReceivedRequest? found = null;
        await _changes.UntilAsync(() => (found = All.FirstOrDefault(fits)) is not null, expected, cancellationToken);
        return found!;
    }

    /// <summary>
    /// Returns what the client answers in this session to a question of the upstream, waiting until it came. The id is raw
    /// JSON, and no second question of the session has it.
    /// </summary>
    public Task<ReceivedRequest> AnswerAsync(string? sessionId, string id, CancellationToken cancellationToken) =>
        Answer(sessionId, id).Task.WaitAsync(cancellationToken);

    /// <summary>Waits until a request of the method was given up by the client, and returns the first such one.</summary>
    public Task<ReceivedRequest> WaitForAbortAsync(string method, CancellationToken cancellationToken) => WaitAsync(
        request => request.WasAborted && string.Equals(request.Method, method, StringComparison.Ordinal), $"{method} is aborted by the client", cancellationToken);

    internal void Add(ReceivedRequest request)
    {
        lock (_lock)
        {
            _requests.Add(request);
        }

        if (request is { Verb: "POST" or "WS", Method: "", Id: { } id })
        {
            Answer(request.SessionId, id).TrySetResult(request);
        }

        _changes.Raise();
    }

    private TaskCompletionSource<ReceivedRequest> Answer(string? sessionId, string id) =>
        _answers.GetOrAdd((sessionId, id), static _ => new TaskCompletionSource<ReceivedRequest>(TaskCreationOptions.RunContinuationsAsynchronously));
}
