using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>
/// What was received and not yet read, bounded in bytes. A transport that has to keep reading, to see whether its peer still
/// lives, fills it for a slow reader; one that gets no room stops reading.
/// </summary>
/// <param name="maxBytes">The bound. One message fits whatever its size, if it is the only one.</param>
internal sealed class MessageBacklog(int maxBytes) : ChannelReader<JsonRpcMessage>
{
    /// <summary>About what a message holds beside its text.</summary>
    private const int Overhead = 512;

    private readonly Channel<(JsonRpcMessage Message, int Size)> _messages =
        Channel.CreateUnbounded<(JsonRpcMessage, int)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Lock _lock = new();
    private long _bytes;
    private TaskCompletionSource? _room;

    public override Task Completion => _messages.Reader.Completion;

    /// <summary>Adds a message as soon as there is room.</summary>
    public async ValueTask AddAsync(JsonRpcMessage message, int bytes, CancellationToken cancellationToken)
    {
        var size = bytes + Overhead;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task room;
            lock (_lock)
            {
                if (_bytes == 0 || _bytes + size <= maxBytes)
                {
                    _bytes += size;
                    _messages.Writer.TryWrite((message, size));
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the messages; what was added before is still read.</summary>
    public void Complete(Exception why) => _messages.Writer.TryComplete(why);

    public override bool TryRead([MaybeNullWhen(false)] out JsonRpcMessage item)
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            if (!_messages.Reader.TryRead(out var next))
            {
                item = null;
                return false;
            }

            item = next.Message;
            _bytes -= next.Size;
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        _messages.Reader.WaitToReadAsync(cancellationToken);
}
