using System.Threading.Channels;
using McpRegistry.Discovery;
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

    /// <summary>Has all messages read, and then ends them; what was taken before is still read. Nothing is thrown.</summary>
    /// <param name="read">Reads to the end of what the server sends.</param>
    /// <param name="ended">What is told to those who wait, unless a message was too large.</param>
    public async ValueTask FillAsync(Func<ValueTask> read, UpstreamFault ended)
    {
        var (fault, why) = (ended, (Exception?)null);
        try
        {
            await read().ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            fault = new UpstreamFault(FaultReasons.TooLarge, exception.Message, MayHaveRun: true);
        }
        catch (Exception exception)
        {
            // Closed or cut at this side or at the other; either way it is over for everybody who waits.
            why = exception;
        }

        _messages.Complete(new ChannelFaultException(fault, why));
    }

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
