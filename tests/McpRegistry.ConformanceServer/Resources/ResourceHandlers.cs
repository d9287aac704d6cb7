using System.Text.Json.Nodes;
using McpRegistry.ConformanceServer.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Resources;

internal static class ResourceHandlers
{
    public const string Watched = "test://watched-resource";

    private const string StaticText = "test://static-text";
    private const string StaticBinary = "test://static-binary";
    private const string TemplateStart = "test://template/";
    private const string TemplateEnd = "/data";

    public static ValueTask<ListResourcesResult> ListAsync(RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken)
    {
        var result = new ListResourcesResult
        {
            Resources =
            [
                new Resource { Uri = StaticText, Name = "static-text", Description = "A text that never changes.", MimeType = "text/plain" },
                new Resource { Uri = StaticBinary, Name = "static-binary", Description = "An image that never changes.", MimeType = "image/png" },
                new Resource { Uri = Watched, Name = "watched-resource", Description = "A text to subscribe to.", MimeType = "text/plain" },
            ],
        };
        if (request.IsModern)
        {
            (result.TimeToLive, result.CacheScope) = (Caching.Lists, CacheScope.Public);
        }

        return ValueTask.FromResult(result);
    }

    public static ValueTask<ListResourceTemplatesResult> ListTemplatesAsync(
        RequestContext<ListResourceTemplatesRequestParams> request, CancellationToken cancellationToken)
    {
        var result = new ListResourceTemplatesResult
        {
            ResourceTemplates =
            [
                new ResourceTemplate
                {
                    UriTemplate = TemplateStart + "{id}" + TemplateEnd, Name = "template", Description = "Data of an id.", MimeType = "application/json",
                },
            ],
        };
        if (request.IsModern)
        {
            (result.TimeToLive, result.CacheScope) = (Caching.Lists, CacheScope.Public);
        }

        return ValueTask.FromResult(result);
    }

    public static ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        var result = new ReadResourceResult { Contents = [Find(request.Params.Uri) ?? throw NotFound(request)] };
        if (request.IsModern)
        {
            (result.TimeToLive, result.CacheScope) = (Caching.Resources, CacheScope.Public);
        }

        return ValueTask.FromResult(result);
    }

    private static ResourceContents? Find(string uri) => uri switch
    {
        StaticText => Text(uri, "text/plain", "This is the content of the static text resource."),
        StaticBinary => BlobResourceContents.FromBytes(Convert.FromBase64String(Samples.Png), uri, "image/png"),
        Watched => Text(uri, "text/plain", "This resource can be subscribed to."),
        _ when uri.StartsWith(TemplateStart, StringComparison.Ordinal) && uri.EndsWith(TemplateEnd, StringComparison.Ordinal)
            && uri[TemplateStart.Length..^TemplateEnd.Length] is { Length: > 0 } id && !id.Contains('/', StringComparison.Ordinal) =>
            Text(uri, "application/json", new JsonObject { ["id"] = id, ["templateTest"] = true, ["data"] = $"Data for ID: {id}" }.ToJsonString()),
        _ => null,
    };

    private static TextResourceContents Text(string uri, string type, string text) => new() { Uri = uri, MimeType = type, Text = text };

    private static McpProtocolException NotFound(RequestContext<ReadResourceRequestParams> request) =>
        new("Resource not found", request.IsModern ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound)
        {
            Data = { ["uri"] = request.Params.Uri },
        };
}
