using Microsoft.Extensions.Logging;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Event ids 8500 to 8519: what the HTTP edge refuses or cannot do.</summary>
internal static partial class HttpEdgeLog
{
    [LoggerMessage(8500, LogLevel.Information, "Refused a request before its endpoint: {Code}")]
    public static partial void RequestRefused(this ILogger logger, string code);

    [LoggerMessage(8501, LogLevel.Error, "A request failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception);

    [LoggerMessage(8502, LogLevel.Error, "Who is asking could not be looked up")]
    public static partial void CallerNotLookedUp(this ILogger logger, Exception exception);
}
