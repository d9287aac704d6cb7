using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Tells the methods of what it hears; a gap is <see cref="McpMethod.Unknown"/>.</summary>
internal sealed class MethodListener(Action<McpMethod> heard, Action? opened = null) : IUpstreamListener
{
    public void Notified(UpstreamMessage notification) => heard(notification.Method);

    public void Opened() => opened?.Invoke();

    public void Missed() => heard(McpMethod.Unknown);
}
