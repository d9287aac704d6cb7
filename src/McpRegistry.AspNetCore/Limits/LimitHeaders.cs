using System.Globalization;
using McpRegistry.Limits;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Limits;

/// <summary>Writes beside a refusal when to come back, and by which limit (the names of the IETF draft).</summary>
internal static class LimitHeaders
{
    private const int Minute = 60;
    private const int Hour = 3600;
    private const int Day = 86400;

    public static void Set(HttpResponse response, LimitRefusal refusal)
    {
        var name = LimitKinds.Name(refusal.Kind);
        var headers = response.Headers;
        headers.RetryAfter = refusal.RetrySeconds.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r=0;t={refusal.RetrySeconds}");
        if (refusal.Limit > 0)
        {
            headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={refusal.Limit};w={WindowOf(refusal.Kind)}");
        }
    }

    private static int WindowOf(LimitKind kind) => kind switch
    {
        LimitKind.KeyHour or LimitKind.TenantHour => Hour,
        LimitKind.KeyDay or LimitKind.TenantDay => Day,
        _ => Minute,
    };
}
