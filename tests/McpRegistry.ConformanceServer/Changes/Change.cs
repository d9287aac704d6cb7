using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Changes;

/// <summary>Something that clients may have asked to be told.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Subject">The URI of the resource or the id of the task; null for lists.</param>
/// <param name="Content">The params of the notification; null for lists.</param>
internal sealed record Change(ChangeKind Kind, string? Subject = null, JsonObject? Content = null)
{
    public string Method => Kind switch
    {
        ChangeKind.Tools => NotificationMethods.ToolListChangedNotification,
        ChangeKind.Prompts => NotificationMethods.PromptListChangedNotification,
        ChangeKind.Resources => NotificationMethods.ResourceListChangedNotification,
        ChangeKind.Resource => NotificationMethods.ResourceUpdatedNotification,
        _ => "notifications/tasks",
    };

    public static Change OfResource(string uri) => new(ChangeKind.Resource, uri, new JsonObject { ["uri"] = uri });
}
