using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Keeps what a call hears, and fails if told to.</summary>
internal sealed class RecordingObserver(Exception? failure = null) : IUpstreamObserver
{
    private readonly List<string> _heard = [];

    public IReadOnlyList<string> Heard => _heard;

    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        _heard.Add(Message.Text(notification.Raw(notification.Params)));
        return failure is null ? ValueTask.CompletedTask : throw failure;
    }
}
