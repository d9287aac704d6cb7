using McpRegistry.Gateway;

namespace McpRegistry.Routing.Explaining;

/// <summary>The stream of a call that nobody hears.</summary>
internal sealed class SilentStream : IAnswerStream
{
    public static readonly SilentStream Instance = new();

    public bool IsOpen => false;

    public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
