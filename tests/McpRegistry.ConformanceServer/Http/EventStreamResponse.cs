namespace McpRegistry.ConformanceServer.Http;

internal static class EventStreamResponse
{
    public static void Begin(HttpResponse response)
    {
        response.ContentType = RequestGuard.EventStream;
        response.Headers.CacheControl = "no-cache,no-store";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Answers that a message was taken that needs no answer.</summary>
    public static void Accept(HttpResponse response)
    {
        response.ContentType = null;
        response.StatusCode = StatusCodes.Status202Accepted;
    }
}
