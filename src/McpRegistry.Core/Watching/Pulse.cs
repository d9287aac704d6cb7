using System.Threading.Channels;

namespace McpRegistry.Watching;

/// <summary>Wakes the one who waits; raised several times before it looks, it wakes once.</summary>
internal sealed class Pulse
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
        SingleReader = true,
    });

    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Forgets what was raised before.</summary>
    public void Clear() => _raised.Reader.TryRead(out _);

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _raised.Reader.ReadAsync(cancellationToken);
}
