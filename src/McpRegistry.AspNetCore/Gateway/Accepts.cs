using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>
/// Reads the Accept header. Clients that take only JSON are served, without notifications. Those that take only streams cannot be: an
/// answer is JSON unless something precedes it, and every revision has clients accept both (protocol.md 2.1).
/// </summary>
internal static class Accepts
{
    /// <summary>Reads it.</summary>
    /// <returns>False when the client takes nothing that an endpoint has.</returns>
    public static bool TryRead(HttpRequest request, out bool takesJson, out bool takesStream)
    {
        var values = request.Headers.Accept;
        takesStream = false;
        takesJson = values.Count == 0;
        foreach (var value in values)
        {
            takesJson |= Names(value, "application/json") || Names(value, "*/*") || Names(value, "application/*");
            takesStream |= Names(value, "text/event-stream") || Names(value, "text/*");
        }

        return takesJson || takesStream;
    }

    private static bool Names(string? value, string type) => value?.Contains(type, StringComparison.OrdinalIgnoreCase) == true;
}
