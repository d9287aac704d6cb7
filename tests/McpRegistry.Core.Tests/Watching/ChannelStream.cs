using System.Text.Json.Nodes;
using System.Threading.Channels;
using McpRegistry.Gateway;

namespace McpRegistry.Core.Tests.Watching;

/// <summary>What a client hears, message by message.</summary>
internal sealed class ChannelStream : IAnswerStream
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly Channel<JsonObject> _heard = Channel.CreateUnbounded<JsonObject>();

    public bool IsOpen => true;

    public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) =>
        _heard.Writer.WriteAsync(JsonNode.Parse(notification.Span)!.AsObject(), cancellationToken);

    public Task<JsonObject> NextAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(Limit);
}
