using System.Buffers.Text;
using System.Text.Json;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
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
            await foreach (var message in _transport.MessageReader.ReadAllAsync(_disposed.Token).ConfigureAwait(false))
            {
                await DispatchAsync(message).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            fault = fault with { Message = "The gateway closed the connection." };
        }
        catch (Exception exception) when (exception is IOException or ModelContextProtocol.Client.ClientTransportClosedException)
        {
            // The channel is completed with the process's last words; those go to the log of the transport.
        }

        _ended.TrySetResult(fault);
        foreach (var pending in _pending.Values)
        {
            pending.Complete(fault);
        }
    }

    private async ValueTask DispatchAsync(JsonRpcMessage received)
    {
        var json = Serialize(received);
        var message = json.Length > _maxMessageBytes ? null : UpstreamMessage.TryRead(json);
        if (message is null)
        {
            FailOversized(received, json.Length);
            return;
        }

        switch (message.Kind)
        {
            case MessageKind.Response:
                if (message.NumericId is { } id && _pending.TryGetValue(id, out var pending))
                {
                    pending.Complete(message);
                }

                break;
            case MessageKind.Request:
                _ = WriteAsync(LegacyMessages.AnswerTo(message), _disposed.Token).AsTask();
                break;
            default:
                await NotifyAsync(message).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask NotifyAsync(UpstreamMessage message)
    {
        if (IsChange(message.Method))
        {
            _onChanged?.Invoke(message.Method);
            return;
        }

        if (AddresseeOf(message) is { Observer: { } observer } addressee)
        {
            try
            {
                await observer.NotifiedAsync(message, addressee.CancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Its caller has gone; the others on this channel have not.
            }
        }
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
            return Utf8Parser.TryParse(token, out long id, out _) ? _pending.GetValueOrDefault(id) : null;
        }

        return message.Method == McpMethod.LogMessage && _pending.Count == 1 ? _pending.Values.FirstOrDefault() : null;
    }

    private void FailOversized(JsonRpcMessage received, int bytes)
    {
        if (received is JsonRpcMessageWithId { Id.Id: long id } and (JsonRpcResponse or JsonRpcError) && _pending.TryGetValue(id, out var pending))
        {
            pending.Complete(UpstreamReply.Failed(FaultReasons.TooLarge, $"The answer has {bytes} bytes; the limit is {_maxMessageBytes}."));
        }
    }

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
