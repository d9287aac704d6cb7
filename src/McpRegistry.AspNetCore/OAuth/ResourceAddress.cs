using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.OAuth;

/// <summary>
/// The canonical names of the resources, as clients see them: the configured origin, or the scheme and host of the request,
/// which ASP.NET Core's forwarded-headers middleware has put right where the host uses it; then the path base and the path.
/// </summary>
internal sealed class ResourceAddress(IOptions<GatewayHttpOptions> http, IOptions<OAuthOptions> options)
{
    private readonly string? _origin = http.Value.PublicOrigin?.TrimEnd('/');
    private readonly bool _isShared = options.Value.SharedResource;

    public const string WellKnown = "/.well-known/oauth-protected-resource";

    /// <summary>Gets a value that tells whether the origin is the operator's word, and not that of each request.</summary>
    public bool IsConfigured => _origin is not null;

    /// <summary>Gets the resource that a request is for.</summary>
    public string ResourceOf(HttpContext context)
    {
        var (prefix, suffix) = Split(context);
        return _isShared ? Base(context.Request) : $"{Base(context.Request)}{prefix}{suffix}";
    }

    /// <summary>Gets where the metadata of that resource is.</summary>
    public string MetadataOf(HttpContext context)
    {
        var (prefix, suffix) = Split(context);
        return $"{Base(context.Request)}{prefix}{WellKnown}{(_isShared ? "" : suffix)}";
    }

    /// <summary>Gets the resource that a request to the metadata asks about, by the path after the well-known one.</summary>
    public string ResourceAt(HttpContext context, string path)
    {
        var request = context.Request;
        var at = request.Path.Value!.IndexOf(WellKnown, StringComparison.OrdinalIgnoreCase);
        var prefix = new PathString(request.Path.Value[..at]).ToUriComponent();
        return _isShared || path.Length == 0 ? Base(request) + (_isShared ? "" : prefix) : $"{Base(request)}{prefix}/{path}";
    }

    private string Base(HttpRequest request) => (_origin ?? $"{request.Scheme}://{request.Host.ToUriComponent()}") + request.PathBase.ToUriComponent();

    /// <summary>Splits the path into what the host maps the gateway at and the path of the resource; both are empty for endpoints of the host.</summary>
    private static (string Prefix, string Suffix) Split(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ProtectedResource>() is not { } resource)
        {
            return ("", "");
        }

        var path = context.Request.Path.Value ?? "";
        var alias = context.GetRouteValue("alias") as string;
        var at = resource == ProtectedResource.Mcp
            ? path.TrimEnd('/').Length - resource.Path.Length - (alias is null ? 0 : alias.Length + 1)
            : path.IndexOf(resource.Path, StringComparison.OrdinalIgnoreCase);
        var prefix = at > 0 ? new PathString(path[..at]).ToUriComponent() : "";
        return (prefix, resource == ProtectedResource.Mcp && alias is not null ? $"{resource.Path}/{Uri.EscapeDataString(alias)}" : resource.Path);
    }
}
