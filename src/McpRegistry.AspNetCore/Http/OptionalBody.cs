using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Reads what a caller may say about an action and need not.</summary>
internal static class OptionalBody
{
    /// <summary>Reads a body that may be missing, or answers what is wrong with it.</summary>
    public static async Task<(bool IsRead, T Value)> ReadAsync<T>(HttpContext context, Func<JsonElement, List<ValidationFault>, T> read)
    {
        var isEmpty = context.Request.ContentLength is null or 0 && context.Request.ContentType is null;
        var (document, problem) = isEmpty ? (JsonDocument.Parse("{}"), null) : await JsonBody.ReadAsync(context);
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
}
