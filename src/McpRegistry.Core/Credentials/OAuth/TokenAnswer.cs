using System.Net;
using System.Text.Json;

namespace McpRegistry.Credentials.OAuth;

/// <summary>Reads what a token endpoint answers (RFC 6749, 5).</summary>
internal static class TokenAnswer
{
    private const int MaxTokenLength = 16_384;

    private static readonly string[] Known =
    [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target",
        "access_denied", "server_error", "temporarily_unavailable",
    ];

    private const double MaxLifeSeconds = 10.0 * 365 * 24 * 3600;

    /// <exception cref="CredentialException">It is no token that can be shown to a server.</exception>
    public static Issued Read(JsonElement answer, TimeProvider time)
    {
        var token = answer.Text("access_token");
        if (token is not { Length: > 0 and <= MaxTokenLength } || token.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0
            || !string.Equals(answer.Text("token_type"), "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            throw new CredentialException("The authorization server answers without a bearer token.");
        }

        DateTimeOffset? end = answer.TryGetProperty("expires_in", out var life) && life.ValueKind == JsonValueKind.Number
            && life.TryGetDouble(out var seconds) && seconds is > 0 and < MaxLifeSeconds
                ? time.GetUtcNow().AddSeconds(seconds)
                : null;
        return new Issued(CredentialHeaders.Authorization("Bearer " + token), end);
    }

    /// <summary>Tells why there is no token. Nothing but known codes is repeated: the rest may be what the server was sent.</summary>
    public static string Describe(HttpStatusCode status, JsonElement? body)
    {
        var error = body?.Text("error");
        return Known.Contains(error, StringComparer.Ordinal)
            ? $"The authorization server gives no token: {error}."
            : $"The authorization server gives no token (HTTP {(int)status}).";
    }
}
