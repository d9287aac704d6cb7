using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Passes on which lists and resources a server says have changed.</summary>
internal sealed class ChangeListener(IEndpointListener listener) : IUpstreamListener
{
    public void Notified(UpstreamMessage notification)
    {
        if (notification.Method is McpMethod.ToolsListChanged or McpMethod.ResourcesListChanged or McpMethod.PromptsListChanged)
        {
            listener.Changed(notification.Method);
        }
        else if (notification.Method == McpMethod.ResourceUpdated && JsonMembers.FindText(notification.Raw(notification.Params), "uri"u8) is { } uri)
        {
            listener.Updated(uri);
        }
    }

    public void Missed() => listener.Changed(McpMethod.Unknown);
}
