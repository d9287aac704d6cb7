namespace McpRegistry.SampleServer.Http;

/// <summary>Refuses what must not reach the protocol: foreign hosts and origins (DNS rebinding) and other media types.</summary>
internal static class RequestGuard
{
    public static bool TryAdmit(HttpContext context)
    {
        var request = context.Request;
        var refusal = !IsLoopback(request.Host.Host) || !IsLoopbackOrigin(request.Headers.Origin) ? StatusCodes.Status403Forbidden
            : !request.HasJsonContentType() ? StatusCodes.Status415UnsupportedMediaType
            : 0;
        if (refusal == 0)
        {
            return true;
        }

        context.Response.StatusCode = refusal;
        return false;
    }

    private static bool IsLoopbackOrigin(string? origin) =>
        origin is null || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopback(uri.Host));

    private static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "[::1]";
}
