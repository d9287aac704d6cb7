using System.Buffers;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>Passes what a server says during one call on to its client: progress, log messages, questions.</summary>
internal sealed class RelayObserver(GatewayCall call, CallDeadline deadline) : IUpstreamObserver, IDisposable
{
    private QuestionForwarder? _questions;

    public bool TryAsk(UpstreamQuestion question)
    {
        if (call.Era != ProtocolEra.Legacy)
        {
            // A modern client cannot be asked on the stream of its request; calls that may ask are suspended instead.
            return false;
        }

        LazyInitializer.EnsureInitialized(ref _questions, () => new QuestionForwarder(call, deadline));
        return _questions.TryForward(question);
    }

    /// <summary>Takes back what the client is still being asked: the call has ended without it.</summary>
    public void Dispose() => _questions?.Dispose();

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
            case McpMethod.Cancelled:
                _questions?.Withdraw(notification);
                return ValueTask.CompletedTask;
            case McpMethod.ElicitationComplete when call.Session?.Revision == ProtocolRevision.NewestLegacy:
                return SendAsync(notification.Json, cancellationToken);
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
