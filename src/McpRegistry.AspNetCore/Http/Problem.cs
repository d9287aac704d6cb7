using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Http;

/// <summary>An RFC 9457 answer. Its texts are written for callers; nothing internal goes in.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What kind of problem it is; the same for all of one <paramref name="Code"/>.</param>
/// <param name="Code">A stable code for programs.</param>
/// <param name="Detail">What to do about this one.</param>
internal sealed record Problem(
    [property: JsonPropertyOrder(1)] int Status,
    [property: JsonPropertyOrder(2)] string Title,
    [property: JsonPropertyOrder(4)] string Code,
    [property: JsonPropertyOrder(3)] string? Detail)
{
    public const string ContentType = "application/problem+json";

    [JsonPropertyOrder(0)]
    public string Type => "about:blank";

    [JsonPropertyOrder(5)]
    public ImmutableArray<ValidationFault>? Errors { get; init; }

    public static Problem Invalid(ImmutableArray<ValidationFault> faults) =>
        new(StatusCodes.Status400BadRequest, "The request has faults.", "invalid", "Mend every entry of errors and send the request again.") { Errors = faults };

    public static Problem Unauthorized() =>
        new(StatusCodes.Status401Unauthorized, "Unauthorized", "unauthorized", "Send one valid API key, as 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'.");

    public static Problem Forbidden() =>
        new(StatusCodes.Status403Forbidden, "Forbidden", "forbidden", "The API key lacks the scope that this operation needs.");

    public static Problem NotFound() =>
        new(StatusCodes.Status404NotFound, "Not found", "not_found", "There is no such server.");

    public async Task WriteAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        context.Response.StatusCode = Status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.WriteAsJsonAsync(this, HttpJsonContext.Readable.Problem, ContentType, context.RequestAborted);
    }
}
