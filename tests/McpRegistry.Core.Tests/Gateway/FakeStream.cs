using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Gateway;

namespace McpRegistry.Core.Tests.Gateway;

/// <summary>Keeps what a client hears before its answer.</summary>
internal sealed class FakeStream : IAnswerStream
{
    public List<string> Heard { get; } = [];

    public bool IsOpen { get; set; } = true;

    public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
    {
        Heard.Add(Message.Text(notification));
        return ValueTask.CompletedTask;
    }
}
