using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>Finds the server that a request is for.</summary>
internal static class TargetResolver
{
    /// <summary>On a single-server endpoint everything goes to that server, names untouched.</summary>
    public static RouteTarget Single(ServerEntry server, ClientMessage message)
    {
        var name = message.Method switch
        {
            McpMethod.ToolsCall or McpMethod.PromptsGet => message.Text(message.Name),
            McpMethod.ResourcesRead => message.Text(message.Uri),
            _ => null,
        };
        var target = RouteTarget.To(server, name);
        return message.Method == McpMethod.ToolsCall && AnnotatedTools.Find(server.Report, name) is { } parameters
            ? target with { Parameters = parameters }
            : target;
    }

    /// <summary>On the merged endpoint the name or URI tells the server.</summary>
    public static RouteTarget Merged(TenantView view, GatewayCall call)
    {
        var message = call.Message;
        switch (message.Method)
        {
            case McpMethod.ToolsCall:
                return Named(view, "tool", message.Text(message.Name), view.Merged.FindTool);
            case McpMethod.PromptsGet:
                return Named(view, "prompt", message.Text(message.Name), view.Merged.FindPrompt);
            case McpMethod.ResourcesRead or McpMethod.ResourcesSubscribe:
                var uri = message.Text(message.Uri);
                return uri is not null && view.Merged.Resources.Find(uri) is { } owner ? RouteTarget.To(owner, uri) : UnknownResource(call, uri);
            default:
                return Completion(view, call);
        }
    }

    private static RouteTarget Completion(TenantView view, GatewayCall call)
    {
        var message = call.Message;
        if (message.Text(message.RefUri) is { } uri)
        {
            return view.Merged.Resources.FindTemplate(uri) is { } owner ? RouteTarget.To(owner, null) : UnknownResource(call, uri);
        }

        var target = Named(view, "prompt", message.Text(message.RefName), view.Merged.FindPrompt);
        return target.Found ? RouteTarget.To(target.Server, null, target.UpstreamName) : target;
    }

    private static RouteTarget Named(TenantView view, string what, string? name, Func<string, MergedItem?> find)
    {
        if (name is null)
        {
            return GatewayError.InvalidParams($"The request names no {what}.");
        }

        return find(name) is { } item
            ? RouteTarget.To(item.Owner, item.Item.Key, item.UpstreamName) with { Parameters = item.Parameters }
            : Absent(view, name) ?? GatewayError.UnknownItem(what, name);
    }

    /// <summary>A name whose server is down gets that answer: "unknown" would make a client forget the tool.</summary>
    private static GatewayError? Absent(TenantView view, string name)
    {
        var border = name.IndexOf(ExposedName.Separator, StringComparison.Ordinal);
        return border > 0 && view.Find(name[..border]) is { IsServed: false, Server.Enabled: true } server
            ? GatewayError.Absent(server.Server.Alias, server.Absence)
            : null;
    }

    private static GatewayError UnknownResource(GatewayCall call, string? uri) => uri is null
        ? GatewayError.InvalidParams("The request names no resource.")
        : GatewayError.UnknownItem("resource", uri) with
        {
            Code = call.Era == ProtocolEra.Legacy ? ErrorCodes.LegacyResourceNotFound : ErrorCodes.InvalidParams,
            Data = (byte[])[.. "{\"uri\":"u8, .. JsonText.Quote(uri), .. "}"u8],
        };
}
