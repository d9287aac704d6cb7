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
        if (message.Method == McpMethod.ToolsCall && server.Report is { } report && ToolTraits.Of(report).IsHidden(name))
        {
            return GatewayError.UnknownItem("tool", name);
        }

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
                return uri is not null && view.Merged.Resources.Resolve(uri) is { } route ? RouteTarget.To(route, route.Uri) : UnknownResource(call, uri);
            default:
                return Completion(view, call);
        }
    }

    private static RouteTarget Completion(TenantView view, GatewayCall call)
    {
        var message = call.Message;
        if (message.Text(message.RefUri) is { } uri)
        {
            return view.Merged.Resources.ResolveTemplate(uri) is { } route ? RouteTarget.To(route, null) : UnknownResource(call, uri);
        }

        var target = Named(view, "prompt", message.Text(message.RefName), view.Merged.FindPrompt);
        return target.Server is { } owner ? RouteTarget.To(owner, null, target.UpstreamName) : target;
    }

    private static RouteTarget Named(TenantView view, string what, string? name, Func<string, MergedItem?> find)
    {
        if (name is null)
        {
            return GatewayError.InvalidParams($"The request names no {what}.");
        }

        return find(name) is { } item
            ? RouteTarget.To(item.Owner, item.Item.Key, item.UpstreamName) with { Parameters = item.Parameters }
            : Absent(view, what, name) ?? GatewayError.UnknownItem(what, name);
    }

    /// <summary>
    /// A name whose server is down gets that answer: "unknown" would make a client forget the tool. What the server is known to
    /// have can still be led elsewhere by a routing rule.
    /// </summary>
    private static RouteTarget? Absent(TenantView view, string what, string name)
    {
        if (ExposedName.AliasOf(name) is not { } alias || view.Find(alias) is not { IsServed: false, Server.Enabled: true } server)
        {
            return null;
        }

        var items = server.Report is not { } report ? []
            : what == "tool" ? ReportCatalogue.Of(report).Tools(alias)
            : ReportCatalogue.Of(report).Prompts(alias);
        foreach (var item in items)
        {
            if (string.Equals(item.Name, name, StringComparison.Ordinal))
            {
                return RouteTarget.To(server, item.Item.Key, item.UpstreamName) with { Parameters = item.Parameters };
            }
        }

        return GatewayError.Absent(server.Server.Alias, server.Absence);
    }

    private static GatewayError UnknownResource(GatewayCall call, string? uri) => uri is null
        ? GatewayError.InvalidParams("The request names no resource.")
        : GatewayError.UnknownItem("resource", uri) with
        {
            Code = call.Era == ProtocolEra.Legacy ? ErrorCodes.LegacyResourceNotFound : ErrorCodes.InvalidParams,
            Data = (byte[])[.. "{\"uri\":"u8, .. JsonText.Quote(uri), .. "}"u8],
        };
}
