using Microsoft.Net.Http.Headers;

namespace McpRegistry.ConformanceServer.Http;

/// <summary>Refuses what must not reach the protocol: foreign hosts and origins (DNS rebinding) and other media types.</summary>
internal static class RequestGuard
{
    public const string Json = "application/json";

    public const string EventStream = "text/event-stream";

    /// <summary>Sets the status of the refusal, if it is one.</summary>
    public static bool TryAdmit(HttpContext context, bool hasBody, params string[] answers)
    {
        var request = context.Request;
        var refusal = !IsLoopback(request.Host.Host) || !IsLoopbackOrigin(request.Headers.Origin) ? StatusCodes.Status403Forbidden
            : hasBody && !request.HasJsonContentType() ? StatusCodes.Status415UnsupportedMediaType
            : !answers.All(answer => IsAcceptable(request, answer)) ? StatusCodes.Status406NotAcceptable
            : 0;
        if (refusal == 0)
        {
            return true;
        }

        context.Response.StatusCode = refusal;
        return false;
    }

    private static bool IsAcceptable(HttpRequest request, string type) =>
        request.GetTypedHeaders().Accept.Any(range => new MediaTypeHeaderValue(type).IsSubsetOf(range));

    private static bool IsLoopbackOrigin(string? origin) =>
        origin is null || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopback(uri.Host));

    private static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "[::1]";
}
