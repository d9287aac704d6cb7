using System.Collections.Immutable;
using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.Limits;
using McpRegistry.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

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

    private const string RetryAfterOutage = "1";

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

    public static Problem Unauthenticated() =>
        new(StatusCodes.Status401Unauthorized, "Unauthorized", "unauthorized", "Sign in as this host asks for, or send one valid API key as 'X-Api-Key: <key>'.");

    /// <param name="scopes">All scopes that the operation needs.</param>
    public static Problem InsufficientScope(IEnumerable<string> scopes) =>
        new(StatusCodes.Status403Forbidden, "Forbidden", "forbidden", $"The caller lacks a scope that this operation needs: {string.Join(' ', scopes)}.");

    public static Problem AddressNotAllowed() =>
        new(StatusCodes.Status403Forbidden, "Forbidden", "address_not_allowed", "The API key may not be used from this address.");

    public static Problem TooManyGuesses() =>
        new(StatusCodes.Status429TooManyRequests, "Too many requests", "too_many_guesses", "Too many keys that do not exist were sent from this address; send a valid key, or wait.");

    /// <param name="what">The kind of thing that the caller sees and may not do this with.</param>
    public static Problem AccessDenied(string what) =>
        new(StatusCodes.Status403Forbidden, "Forbidden", "access_denied", $"You may see this {what}, but not do this with it; ask an administrator of the registry for the permission.");

    /// <param name="what">The kind of thing that was looked for, such as "server".</param>
    public static Problem NotFound(string what) =>
        new(StatusCodes.Status404NotFound, "Not found", "not_found", $"There is no such {what}.");

    /// <param name="what">The kind of thing that has changed.</param>
    public static Problem Stale(string what) =>
        new(StatusCodes.Status412PreconditionFailed, "Precondition failed", "stale", $"The {what} has changed since it was read; read it again and repeat the change.");

    /// <param name="what">The kind of thing that could not be written.</param>
    /// <param name="field">The member whose value is taken, in camel case; null when that is not known.</param>
    public static Problem Taken(string what, string? field) =>
        new(StatusCodes.Status409Conflict, "Conflict", "conflict", $"Another {what} has the same {field ?? "value"}; choose another one.")
        {
            Errors = field is null ? null : [new ValidationFault(field, "taken", $"The {field} is taken by another {what}.")],
        };

    /// <summary>Says why a store did not write.</summary>
    /// <param name="result">The outcome; not a success.</param>
    /// <param name="what">The kind of thing that was to be written.</param>
    public static Problem Of<T>(StoreResult<T> result, string what) => result.Outcome switch
    {
        StoreOutcome.NotFound => NotFound(what),
        StoreOutcome.Conflict => Taken(what, result.ConflictField),
        StoreOutcome.Stale => Stale(what),
        _ => throw new InvalidOperationException($"The outcome {result.Outcome} is no failure."),
    };

    public static Problem TooMany(LimitRefusal refusal) =>
        new(StatusCodes.Status429TooManyRequests, "Too many requests", refusal.Reason, refusal.Message);

    public static Problem StoreUnavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, "Service unavailable", "store_unavailable", "Who is asking cannot be looked up at the moment; try again in a moment.");

    public static Problem Internal() =>
        new(StatusCodes.Status500InternalServerError, "Internal error", "internal", "The request could not be handled; try again later.");

    /// <summary>Answers. A refusal (403) is put on record first, here and not by each handler, so that none is forgotten.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        if (Status == StatusCodes.Status403Forbidden)
        {
            await context.RequestServices.GetRequiredService<RequestObserver>().RefusingAsync(context, Code);
        }

        context.Response.StatusCode = Status;
        context.Response.SetApiHeaders();
        if (Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterOutage;
        }

        await context.Response.WriteAsJsonAsync(this, HttpJsonContext.Readable.Problem, ContentType, context.RequestAborted);
    }
}
