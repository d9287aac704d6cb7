using McpRegistry.Gateway;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>A response that is lost with its connection: what is said after that is dropped.</summary>
internal sealed class SurvivingAnswer(HttpAnswerStream http) : LegacyAnswer, IAnswerStream
{
    private volatile bool _lost;

    public override IAnswerStream Stream => this;

    public bool IsOpen => !_lost && http.IsOpen;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) =>
        await TrySendAsync(notification, cancellationToken);

    public async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        if (_lost)
        {
            return false;
        }

        try
        {
            return await http.TrySendAsync(question, cancellationToken);
        }
        catch (IOException)
        {
            _lost = true;
            return false;
        }
    }

    public override ValueTask<GatewayAnswer> WaitAsync(ValueTask<GatewayAnswer> answer) => answer;

    public override ValueTask CompleteAsync(GatewayAnswer answer, int status) => http.CompleteAsync(answer, status);

    public override ValueTask<bool> TrySendAnswerAsync(GatewayAnswer answer) => http.TrySendAnswerAsync(answer);

    public override ValueTask CompleteBatchAsync(IReadOnlyList<GatewayAnswer> answers, int status) => http.CompleteBatchAsync(answers, status);

    public override ValueTask AbandonAsync() => http.AbandonAsync();

    public override ValueTask DisposeAsync() => http.DisposeAsync();
}
