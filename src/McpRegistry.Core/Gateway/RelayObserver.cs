using System.Buffers;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>Passes progress and log messages of one call on to its client.</summary>
internal sealed class RelayObserver(GatewayCall call, CallDeadline deadline) : IUpstreamObserver
{
    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        switch (notification.Method)
        {
            case McpMethod.Progress:
                deadline.Extend();
                return call.Message.ProgressToken.IsMissing ? ValueTask.CompletedTask : SendProgressAsync(notification, cancellationToken);
            case McpMethod.LogMessage:
                var level = LogLevels.Parse(JsonMembers.FindText(notification.Raw(notification.Params), "level"u8));
                return level is { } known && call.Wants(known) ? SendAsync(notification.Json, cancellationToken) : ValueTask.CompletedTask;
            default:
                // Anything else has no meaning on the stream of a call in this version.
                return ValueTask.CompletedTask;
        }
    }

    private ValueTask SendProgressAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>(notification.Json.Length + 32);
        return NotificationRewriter.TryWriteProgress(output, notification, call.Message.Raw(call.Message.ProgressToken))
            ? SendAsync(output.WrittenMemory, cancellationToken)
            : ValueTask.CompletedTask;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
    {
        try
        {
            await call.Stream.SendAsync(notification, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The client is gone. Let through, it would be taken for a failure of the server that is being read.
        }
    }
}
