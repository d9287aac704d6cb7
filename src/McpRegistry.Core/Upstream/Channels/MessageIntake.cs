using System.Threading.Channels;
using McpRegistry.Upstream.Http;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>Takes the texts that a transport receives, and keeps the messages in them until they are read.</summary>
/// <param name="maxBytes">The bound of what waits.</param>
/// <param name="tellOfOddity">Is told once of text that is no message; a server that sends nothing else must not fill the log.</param>
internal sealed class MessageIntake(int maxBytes, Action tellOfOddity)
{
    private readonly MessageBacklog _messages = new(maxBytes);
    private bool _isOdd;

    public ChannelReader<JsonRpcMessage> Messages => _messages;

    /// <summary>Takes one message, or a batch of them, as soon as there is room. The text is the caller's again afterwards.</summary>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (!MessageBatch.TryOpen(text, out var batch) || !batch.TryTake(out var message))
        {
            await TakeOneAsync(text, cancellationToken).ConfigureAwait(false);
            return;
        }

        do
        {
            await TakeOneAsync(message, cancellationToken).ConfigureAwait(false);
        }
        while (batch.TryTake(out message));
    }

    /// <summary>Ends the messages; what was taken before is still read.</summary>
    public void Complete(UpstreamFault fault, Exception? why = null) => _messages.Complete(new ChannelFaultException(fault, why));

    private ValueTask TakeOneAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (JsonRpcText.TryRead(text) is { } message)
        {
            return _messages.AddAsync(message, text.Length, cancellationToken);
        }

        if (!_isOdd)
        {
            _isOdd = true;
            tellOfOddity();
        }

        return ValueTask.CompletedTask;
    }
}
