using System.Buffers.Text;
using System.Text.Json;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using MetaKeys = McpRegistry.Protocol.MetaKeys;

namespace McpRegistry.Upstream.Channels;

/// <content>What comes in.</content>
internal sealed partial class ChannelConnection
{
    private static readonly JsonWriterOptions Plain = JsonText.WriterOptions;

    private async Task ReadAsync()
    {
        var fault = new UpstreamFault(FaultReasons.ProcessExited, "The server ended the connection.", MayHaveRun: true);
        try
        {
            await foreach (var message in _transport.MessageReader.ReadAllAsync(_closing).ConfigureAwait(false))
            {
                if (!await DispatchAsync(message).ConfigureAwait(false))
                {
                    fault = fault with { Message = "The server asks more than it reads answers; its connection was closed." };

                    // At once, and not when the owner finds out: the transport keeps what the server goes on to send.
                    _ = DisposeAsync().AsTask();
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            fault = fault with { Message = "The gateway closed the connection." };
        }
        catch (ChannelFaultException exception)
        {
            fault = exception.Fault;
        }
        catch (Exception)
        {
            // The channel is completed with the process's last words, of whatever type; those go to the log of the transport.
            // Were one not taken as the end, every caller would wait for answers that nobody reads.
        }

        _ended.TrySetResult(fault);
        foreach (var pending in _pending.Values)
        {
            pending.Complete(fault);
        }
    }

    /// <summary>Deals with a message; false when the server does not take the answers to its questions.</summary>
    private async ValueTask<bool> DispatchAsync(JsonRpcMessage received)
    {
        var json = Serialize(received);
        var message = json.Length > _maxMessageBytes ? null : UpstreamMessage.TryRead(json);
        if (message is null)
        {
            FailOversized(received, json.Length);
            return true;
        }

        switch (message.Kind)
        {
            case MessageKind.Response:
                // Taken out here and not by the caller: what comes after the answer belongs to nobody.
                if (message.NumericId is { } id && _pending.TryRemove(id, out var pending))
                {
                    pending.Complete(json.Length > pending.MaxAnswerBytes ? TooLarge(json.Length, pending.MaxAnswerBytes) : message);
                }

                break;
            case MessageKind.Request:
                return Ask(message);
            default:
                await NotifyAsync(message).ConfigureAwait(false);
                break;
        }

        return true;
    }

    /// <summary>
    /// Has a question answered. The channel does not tell which call it belongs to: it is for one that is running if any of
    /// them can take it, for all of them are the same client's; on a channel that many clients share, only if there is no
    /// doubt (protocol.md 5.6).
    /// </summary>
    /// <returns>False when the server does not take the answers to its questions.</returns>
    private bool Ask(UpstreamMessage message)
    {
        if (Interlocked.Increment(ref _questions) > MaxQuestions)
        {
            Interlocked.Decrement(ref _questions);
            return TryPost(LegacyMessages.AnswerTo(message));
        }

        var question = new UpstreamQuestion(message, PostAnswerAsync, () => Interlocked.Decrement(ref _questions));
        if (message.Method == McpMethod.Ping || !(AskCaller(question) || _listener?.TryAsk(question) == true))
        {
            Interlocked.Decrement(ref _questions);
            return TryPost(LegacyMessages.AnswerTo(message));
        }

        return true;
    }

    private bool AskCaller(UpstreamQuestion question)
    {
        var calls = _pending.Values.Where(static pending => !pending.IsWatch && pending.Observer is not null).Take(_isShared ? 2 : int.MaxValue).ToArray();
        return (!_isShared || calls.Length == 1) && calls.Any(pending => pending.Observer!.TryAsk(question));
    }

    private ValueTask<bool> PostAnswerAsync(ReadOnlyMemory<byte> answer) => new(!HasEnded && TryPost(answer));

    private async ValueTask NotifyAsync(UpstreamMessage message)
    {
        if (SubscriberOf(message) is { } subscriber)
        {
            await TellAsync(subscriber, message).ConfigureAwait(false);
            return;
        }

        if (message.Method is not (McpMethod.Progress or McpMethod.LogMessage))
        {
            _listener?.Notified(message);
            if (message.Method == McpMethod.Cancelled)
            {
                // Whoever was asked this knows the question by its id, which the server gives to no other.
                foreach (var pending in _pending.Values)
                {
                    await TellAsync(pending, message).ConfigureAwait(false);
                }
            }

            return;
        }

        if (AddresseeOf(message) is { Observer: not null } addressee)
        {
            await TellAsync(addressee, message).ConfigureAwait(false);
        }
        else if (message.Method == McpMethod.LogMessage && !_isShared)
        {
            // It belongs to no call for sure, but all calls are the same client's.
            _listener?.Notified(message);
        }
    }

    private static async ValueTask TellAsync(PendingRequest addressee, UpstreamMessage message)
    {
        if (addressee.Observer is not { } observer)
        {
            return;
        }

        try
        {
            await observer.NotifiedAsync(message, addressee.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Its caller has gone or cannot be written to; the others on this channel go on.
        }
    }

    /// <summary>Several subscriptions share the channel of a modern server; each message names the one that it belongs to.</summary>
    private PendingRequest? SubscriberOf(UpstreamMessage message)
    {
        if (Handshake.Era == ProtocolEra.Legacy || message.Method is McpMethod.Progress or McpMethod.LogMessage)
        {
            return null;
        }

        var parameters = message.Raw(message.Params);
        var meta = JsonMembers.Find(parameters, "_meta"u8).Of(parameters);
        var id = JsonMembers.Find(meta, MetaKeys.SubscriptionId).Of(meta);
        return Utf8Parser.TryParse(id, out long number, out var consumed) && consumed == id.Length && _pending.GetValueOrDefault(number) is { IsWatch: true, Observer: not null } pending
            ? pending
            : null;
    }

    /// <summary>
    /// Progress names its request. A log message does not, so on a shared channel it goes only where it can belong to
    /// nobody else (protocol.md 5.6).
    /// </summary>
    private PendingRequest? AddresseeOf(UpstreamMessage message)
    {
        if (message.Method == McpMethod.Progress)
        {
            var parameters = message.Raw(message.Params);
            var token = JsonMembers.Find(parameters, MetaKeys.ProgressToken).Of(parameters);
            return Utf8Parser.TryParse(token, out long id, out var consumed) && consumed == token.Length ? _pending.GetValueOrDefault(id) : null;
        }

        return message.Method == McpMethod.LogMessage ? OnlyOrNone(_pending.Values.Where(static pending => !pending.IsWatch)) : null;
    }

    private static PendingRequest? OnlyOrNone(IEnumerable<PendingRequest> requests)
    {
        var first = requests.Take(2).ToArray();
        return first.Length == 1 ? first[0] : null;
    }

    private void FailOversized(JsonRpcMessage received, int bytes)
    {
        if (received is JsonRpcMessageWithId { Id.Id: long id } and (JsonRpcResponse or JsonRpcError) && _pending.TryRemove(id, out var pending))
        {
            pending.Complete(TooLarge(bytes, _maxMessageBytes));
        }
    }

    private static UpstreamReply TooLarge(int bytes, int limit) =>
        UpstreamReply.Failed(FaultReasons.TooLarge, $"The answer has {bytes} bytes; the limit is {limit}.");

    private static ReadOnlyMemory<byte> Serialize(JsonRpcMessage message)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(output, Plain);
        JsonSerializer.Serialize(writer, message, MessageType);
        return output.WrittenMemory;
    }

    private static readonly System.Text.Json.Serialization.Metadata.JsonTypeInfo<JsonRpcMessage> MessageType =
        (System.Text.Json.Serialization.Metadata.JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));
}
