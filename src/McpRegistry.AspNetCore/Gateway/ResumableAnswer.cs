using McpRegistry.Gateway;
using McpRegistry.Gateway.Resumption;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>A response whose events are kept, so that the client can hear the rest over another connection.</summary>
internal sealed class ResumableAnswer : LegacyAnswer
{
    private readonly HttpAnswerStream _http;
    private readonly EventConnection _connection;
    private readonly EventStream _events;

    public ResumableAnswer(HttpContext context, HttpAnswerStream http, SessionEvents events)
    {
        _http = http;
        _connection = new EventConnection(context, http, hasCall: true);
        _events = events.Create(_connection);
    }

    public override IAnswerStream Stream => _events;

    /// <summary>An answer that is there at once needs no stream. For any other the client gets an id before it has to wait.</summary>
    public override async ValueTask<GatewayAnswer> WaitAsync(ValueTask<GatewayAnswer> answer)
    {
        if (!answer.IsCompleted)
        {
            await _events.BeginAsync();
        }

        return await answer;
    }

    public override async ValueTask CompleteAsync(GatewayAnswer answer, int status)
    {
        if (!await _events.TryEndAsync(answer.Json))
        {
            await _http.CompleteAsync(answer, status);
        }
    }

    public override async ValueTask<bool> TrySendAnswerAsync(GatewayAnswer answer)
    {
        if (!_events.HasBegun && !_http.HasStarted)
        {
            return false;
        }

        await _events.SendAsync(answer.Json, CancellationToken.None);
        return true;
    }

    public override async ValueTask CompleteBatchAsync(IReadOnlyList<GatewayAnswer> answers, int status)
    {
        if (!_events.HasBegun)
        {
            await _http.CompleteBatchAsync(answers, status);
            return;
        }

        foreach (var answer in answers)
        {
            await _events.SendAsync(answer.Json, CancellationToken.None);
        }
    }

    public override async ValueTask AbandonAsync()
    {
        await _events.EndAsync();
        await _http.AbandonAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        // Whatever went wrong, nobody may wait for a stream of which nothing comes.
        await _events.EndAsync();
        _connection.Release();
        await _http.DisposeAsync();
    }
}
