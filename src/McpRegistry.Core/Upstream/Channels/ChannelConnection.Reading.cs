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
    private async Task ReadAsync()
    {
        var fault = new UpstreamFault(FaultReasons.ProcessExited, "The server ended the connection.", MayHaveRun: true);
        try
        {
            await foreach (var message in _transport.MessageReader.ReadAllAsync(_closing).ConfigureAwait(false))
            {
                Interlocked.Increment(ref _heard);
                _isSilent = false;
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
            fault = fault with { Message = "The gateway closed the connection.", IsOwnDoing = true };
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

        End(fault);
    }

    private void End(UpstreamFault fault)
    {
        _ended.TrySetResult(fault);
        _unnamed.Clear();
        foreach (var pending in _pending.Values)
        {
            pending.Complete(fault);
        }
    }

    /// <summary>Deals with a message; false when the server does not take the answers to its questions.</summary>
    private async ValueTask<bool> DispatchAsync(JsonRpcMessage received)
    {
        if (!TryWrite(received, out var json))
        {
            Fail(received, NotUnicode);
            return true;
        }

        var message = json.Length > _maxMessageBytes ? null : UpstreamMessage.TryRead(json);
        if (message is null)
        {
            Fail(received, TooLarge(json.Length, _maxMessageBytes));
            return true;
        }

        switch (message.Kind)
        {
            case MessageKind.Response:
                // Taken out here and not by the caller: what comes after the answer belongs to nobody.
                if (message.NumericId is { } id)
                {
                    if (_pending.TryRemove(id, out var pending))
                    {
                        pending.Complete(json.Length > pending.MaxAnswerBytes ? TooLarge(json.Length, pending.MaxAnswerBytes) : message);
                    }

                    _givenUp?.Answered(id);
                }

                break;
            case MessageKind.Request:
                return await AskAsync(message).ConfigureAwait(false);
            default:
                Notify(message);
                break;
        }

        return true;
    }

    /// <summary>Has a question answered. The channel does not tell which call it belongs to.</summary>
    /// <returns>False when the server does not take the answers to its questions.</returns>
    private async ValueTask<bool> AskAsync(UpstreamMessage message)
    {
        var question = new UpstreamQuestion(message, PostAnswerAsync, () => Interlocked.Decrement(ref _questions)) { Session = _unnamed };
        if (Interlocked.Increment(ref _questions) <= MaxQuestions && message.Method != McpMethod.Ping
            && _givenUp?.MayAsk() != true && _unnamed.TryAsk(question, Callers, _listener))
        {
            return true;
        }

        return await question.RefuseAsync().ConfigureAwait(false);
    }

    private IEnumerable<IUpstreamObserver> Callers() =>
        from call in _pending where !call.Value.IsWatch && call.Value.Observer is not null orderby call.Key select call.Value.Observer!;

    private ValueTask<bool> PostAnswerAsync(ReadOnlyMemory<byte> answer) => new(!HasEnded && TryPost(answer));

    private void Notify(UpstreamMessage message)
    {
        if (SubscriberOf(message) is { } subscriber)
        {
            subscriber.Tell(message);
            return;
        }

        if (message.Method is not (McpMethod.Progress or McpMethod.LogMessage))
        {
            _listener?.Notified(message);
            if (message.Method == McpMethod.Cancelled)
            {
                _unnamed.Withdraw(message);

                // Whoever was asked this knows the question by its id, which the server gives to no other.
                foreach (var pending in _pending.Values.Where(static pending => !pending.IsWatch))
                {
                    pending.Tell(message);
                }
            }

            return;
        }

        if (AddresseeOf(message) is { Observer: not null } addressee)
        {
            addressee.Tell(message);
        }
        else if (message.Method == McpMethod.LogMessage && !_isShared)
        {
            // It belongs to no call for sure, but all calls are the same client's.
            _listener?.Notified(message);
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
            return message.ProgressOf is { } id ? _pending.GetValueOrDefault(id) : null;
        }

        return message.Method == McpMethod.LogMessage && _givenUp?.MaySpeak() != true ? OnlyOrNone(_pending.Values.Where(static pending => !pending.IsWatch)) : null;
    }

    private static PendingRequest? OnlyOrNone(IEnumerable<PendingRequest> requests)
    {
        var first = requests.Take(2).ToArray();
        return first.Length == 1 ? first[0] : null;
    }

    private static UpstreamReply NotUnicode { get; } = UpstreamReply.Failed(FaultReasons.ProtocolError, "The answer has text that is not Unicode.");

    /// <summary>Ends the request that an unusable message answers, if it answers one.</summary>
    private void Fail(JsonRpcMessage received, UpstreamReply reply)
    {
        if (received is JsonRpcMessageWithId { Id.Id: long id } and (JsonRpcResponse or JsonRpcError))
        {
            if (_pending.TryRemove(id, out var pending))
            {
                pending.Complete(reply);
            }

            _givenUp?.Answered(id);
        }
    }

    private static UpstreamReply TooLarge(int bytes, int limit) =>
        UpstreamReply.Failed(FaultReasons.TooLarge, $"The answer has {bytes} bytes; the limit is {limit}.");

    /// <summary>Returns the text of a message; false for one that came through types which cannot write what they read.</summary>
    private static bool TryWrite(JsonRpcMessage message, out ReadOnlyMemory<byte> json)
    {
        try
        {
            json = JsonRpcText.Write(message);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            json = default;
            return false;
        }
    }
}
