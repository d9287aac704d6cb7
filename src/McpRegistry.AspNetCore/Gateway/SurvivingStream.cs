using McpRegistry.Gateway;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Lets a legacy call go on when its client hangs up: notifications are lost, the call is not (protocol.md 1, "Cancel over HTTP").</summary>
internal sealed class SurvivingStream(IAnswerStream inner) : IAnswerStream
{
    private volatile bool _lost;

    public bool IsOpen => !_lost && inner.IsOpen;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
    {
        if (_lost)
        {
            return;
        }

        try
        {
            await inner.SendAsync(notification, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            _lost = true;
        }
    }
}
