using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Reads the Accept header. Clients that take only JSON are served, without notifications.</summary>
internal static class Accepts
{
    public static bool TryRead(HttpRequest request, out bool takesStream)
    {
        var values = request.Headers.Accept;
        if (values.Count == 0)
        {
            takesStream = false;
            return true;
        }

        var takesJson = false;
        takesStream = false;
        foreach (var value in values)
        {
            takesJson |= Names(value, "application/json") || Names(value, "*/*") || Names(value, "application/*");
            takesStream |= Names(value, "text/event-stream") || Names(value, "text/*");
        }

        return takesJson || takesStream;
    }

    private static bool Names(string? value, string type) => value?.Contains(type, StringComparison.OrdinalIgnoreCase) == true;
}
