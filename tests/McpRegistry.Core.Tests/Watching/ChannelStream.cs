using System.Text.Json.Nodes;
using System.Threading.Channels;
using McpRegistry.Gateway;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

/// <summary>What a client hears, message by message.</summary>
internal sealed class ChannelStream : IAnswerStream
{
    private readonly Channel<JsonObject> _heard = Channel.CreateUnbounded<JsonObject>();

    public bool IsOpen => true;

    public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) =>
        _heard.Writer.WriteAsync(JsonNode.Parse(notification.Span)!.AsObject(), cancellationToken);

    public Task<JsonObject> NextAsync() => _heard.Reader.NextAsync("the client hears something", TestContext.Current.CancellationToken).AsTask();
}
