using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.OAuth;

/// <summary>Serves the metadata of RFC 9728 to everybody.</summary>
internal static class ResourceMetadataEndpoints
{
    private static readonly string[] InHeader = ["header"];

    /// <summary>Maps the well-known paths, if there are authorization servers to name.</summary>
    public static void MapResourceMetadata(this IEndpointRouteBuilder endpoints)
    {
        if (!endpoints.ServiceProvider.GetRequiredService<ResourceServer>().IsOn)
        {
            return;
        }

        var group = endpoints.MapGroup(ResourceAddress.WellKnown).AllowAnonymous();
        group.AddEndpointFilter<RouteGroupBuilder, RequestOriginFilter>();
        group.MapGet("/{**path}", AnswerAsync);
    }

    /// <summary>
    /// Answers by the form of the path alone: whether there is a server of that alias is for callers who are let in. What
    /// stands before <c>mcp</c> is a path base that the well-known path does not have.
    /// </summary>
    private static Task AnswerAsync(HttpContext context)
    {
        var path = (context.GetRouteValue("path") as string ?? "").TrimEnd('/');
        if (!TryFind(path, out var resource))
        {
            return Problem.NotFound("resource").WriteAsync(context);
        }

        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptions<OAuthOptions>>().Value;
        var view = new ProtectedResourceView(
            services.GetRequiredService<ResourceAddress>().ResourceAt(context, path),
            options.AuthorizationServers,
            services.GetRequiredService<ResourceServer>().ScopesOf(options.SharedResource ? null : resource),
            InHeader,
            options.ResourceName,
            options.Documentation);
        return context.WriteApiAsync(view, OAuthJsonContext.Readable.ProtectedResourceView);
    }

    /// <param name="path">The path after the well-known one.</param>
    /// <param name="resource">The kind of resource; null for the whole gateway.</param>
    private static bool TryFind(string path, out ProtectedResource? resource)
    {
        resource = null;
        if (path.Length == 0)
        {
            return true;
        }

        if (!path.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' or '/'))
        {
            return false;
        }

        var segments = path.Split('/');
        resource = segments is [.., "mcp"] or [.., "mcp", _] ? ProtectedResource.Mcp : segments is [.., "api", "v1"] ? ProtectedResource.Api : null;
        return resource is not null;
    }
}
