using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Reads what a caller may say about an action and need not.</summary>
internal static class OptionalBody
{
    /// <summary>Reads a body that may be missing, or answers what is wrong with it.</summary>
    public static async Task<(bool IsRead, T Value)> ReadAsync<T>(HttpContext context, Func<JsonElement, List<ValidationFault>, T> read)
    {
        var (document, problem) = await IsMissingAsync(context.Request) ? (JsonDocument.Parse("{}"), null) : await JsonBody.ReadAsync(context);
        using (document)
        {
            var faults = new List<ValidationFault>();
            var value = document is null ? default : read(document.RootElement, faults);
            if (problem is null && faults.Count > 0)
            {
                problem = Problem.Invalid([.. faults]);
            }

            if (problem is not null)
            {
                await problem.WriteAsync(context);
            }

            return (problem is null, value!);
        }
    }

    /// <summary>Takes the member <c>reason</c>, the only one there may be.</summary>
    public static string? Reason(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var reason = members.Text("reason");
        members.Finish();
        return reason;
    }

    /// <summary>
    /// What comes without a type is no body that may be left unread: what its sender wants to say would be dropped in silence. And a type alone is none: some clients
    /// send it with every request.
    /// </summary>
    private static async Task<bool> IsMissingAsync(HttpRequest request)
    {
        if (request.ContentLength is { } length)
        {
            return length == 0;
        }

        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return true;
        }

        if (request.ContentType is not null)
        {
            return false;
        }

        try
        {
            // Chunks, or frames of HTTP/2, may turn out to be none.
            return await request.Body.ReadAsync(new byte[1], request.HttpContext.RequestAborted) == 0;
        }
        catch (BadHttpRequestException)
        {
            // Something came, and broken; that it has no type is what is answered either way.
            return false;
        }
    }
}
