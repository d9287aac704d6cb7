using System.Text.Json.Serialization.Metadata;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Http;

/// <summary>What the handlers of REST routes take from a request and put into its answer.</summary>
internal static class ApiContextExtensions
{
    /// <summary>Gets who asks. The policy of the route let only known callers in.</summary>
    /// <exception cref="InvalidOperationException">The route was mapped without its policy.</exception>
    public static Caller GetCaller(this HttpContext context) =>
        context.User.GetCaller() ?? throw new InvalidOperationException("The endpoint was mapped without its policy.");

    public static bool TryGetId(this HttpContext context, out Guid id) => context.TryGetId("id", out id);

    public static bool TryGetId(this HttpContext context, string name, out Guid id) =>
        Guid.TryParseExact(context.GetRouteValue(name) as string, "D", out id);

    /// <summary>Has no cache keep the answer, and no browser take it for anything but what it says it is.</summary>
    public static void SetApiHeaders(this HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>Writes an answer with <see cref="SetApiHeaders"/>.</summary>
    public static Task WriteApiAsync<TView>(this HttpContext context, TView view, JsonTypeInfo<TView> type, long? version = null)
    {
        context.Response.SetApiHeaders();
        if (version is { } known)
        {
            context.Response.Headers.ETag = EntityTag.Of(known);
        }

        return context.Response.WriteAsJsonAsync(view, type, null, context.RequestAborted);
    }
}
