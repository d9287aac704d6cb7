using McpRegistry.AspNetCore.Limits;
using McpRegistry.Limits;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Tells a client whom the gateway has no room for when to ask again.</summary>
internal static class RetryAfter
{
    /// <summary>Room comes with the end of a stream or a session, which nobody can foresee: long enough not to be a load, short enough for a person.</summary>
    private const string Seconds = "10";

    public static void Set(HttpResponse response, int status, LimitRefusal? refusal = null)
    {
        if (refusal is not null)
        {
            LimitHeaders.Set(response, refusal);
        }
        else if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = Seconds;
        }
    }
}
