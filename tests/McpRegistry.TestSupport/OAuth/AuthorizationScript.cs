using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.TestSupport.OAuth;

/// <summary>
/// Guards a <see cref="ScriptedUpstream"/> with access tokens, and is its authorization server too, on the same port: metadata of both,
/// and a token endpoint for one client. A test changes what it is about.
/// </summary>
public sealed class AuthorizationScript
{
    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly ConcurrentQueue<TokenRequest> _requests = [];
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly Uri _url;
    private int _issued;

    private AuthorizationScript(Uri url)
    {
        _url = url;
        var origin = url.GetLeftPart(UriPartial.Authority);
        Issuer = origin;
        AuthorizationServers = [origin];
        Resource = url.ToString();
    }

    public string ClientId { get; set; } = "the client";

    public string ClientSecret { get; set; } = "the s3cret/+&";

    /// <summary>Gets or sets the path of the resource's metadata; null offers none.</summary>
    public string? ResourcePath { get; set; } = "/.well-known/oauth-protected-resource/mcp";

    /// <summary>Gets or sets whether a refusal names that path.</summary>
    public bool NamesResourcePath { get; set; } = true;

    public string ServerPath { get; set; } = "/.well-known/oauth-authorization-server";

    public string Issuer { get; set; }

    public IReadOnlyList<string> AuthorizationServers { get; set; }

    public string Resource { get; set; }

    public IReadOnlyList<string>? ScopesSupported { get; set; }

    /// <summary>Gets or sets the scopes that a refusal asks for.</summary>
    public string? ScopeHint { get; set; }

    public IReadOnlyList<string>? Authentications { get; set; }

    /// <summary>Gets or sets what a token's life is said to be, seconds; null says nothing.</summary>
    public int? ExpiresIn { get; set; } = 3600;

    /// <summary>Gets or sets the scope that a request needs; null for none.</summary>
    public Func<ReceivedRequest, string?> NeededScope { get; set; } = static _ => null;

    /// <summary>Gets or sets what is granted of the scopes that are asked for.</summary>
    public Func<string, string> Grants { get; set; } = static scope => scope;

    /// <summary>Gets or sets what the token endpoint answers instead; null for a token.</summary>
    public Func<UpstreamExchange, Task>? TokenAnswer { get; set; }

    /// <summary>Gets the token requests so far, refused ones included.</summary>
    public IReadOnlyList<TokenRequest> TokenRequests => [.. _requests];

    public static AuthorizationScript Guard(ScriptedUpstream upstream)
    {
        var script = new AuthorizationScript(upstream.Url);
        upstream.Guard = script.AnswerAsync;
        return script;
    }

    /// <summary>Takes all tokens back.</summary>
    public void Revoke() => _tokens.Clear();

    private async Task<bool> AnswerAsync(UpstreamExchange exchange)
    {
        var path = exchange.Request.Path;
        if (path == "/token")
        {
            await AnswerTokenAsync(exchange);
        }
        else if (path == ResourcePath)
        {
            await JsonAsync(exchange, new { resource = Resource, authorization_servers = AuthorizationServers, scopes_supported = ScopesSupported });
        }
        else if (path == ServerPath)
        {
            await JsonAsync(exchange, new { issuer = Issuer, token_endpoint = new Uri(_url, "/token"), token_endpoint_auth_methods_supported = Authentications });
        }
        else if (path.StartsWith("/.well-known", StringComparison.Ordinal) || path.Contains("/.well-known/", StringComparison.Ordinal))
        {
            await exchange.StatusAsync(StatusCodes.Status404NotFound);
        }
        else
        {
            return await RefuseAsync(exchange);
        }

        return true;
    }

    private async Task<bool> RefuseAsync(UpstreamExchange exchange)
    {
        var shown = exchange.Request.Headers.GetValueOrDefault("Authorization");
        var metadata = NamesResourcePath && ResourcePath is not null ? $", resource_metadata=\"{new Uri(_url, ResourcePath)}\"" : "";
        if (shown?.StartsWith("Bearer ", StringComparison.Ordinal) != true || !_tokens.TryGetValue(shown["Bearer ".Length..], out var scopes))
        {
            exchange.Header("WWW-Authenticate", $"Bearer realm=\"a, \\\"b\\\"\"{(ScopeHint is null ? "" : $", scope=\"{ScopeHint}\"")}{metadata}");
            await exchange.StatusAsync(StatusCodes.Status401Unauthorized);
            return true;
        }

        if (NeededScope(exchange.Request) is { } needed && !scopes.Split(' ').Contains(needed, StringComparer.Ordinal))
        {
            exchange.Header("WWW-Authenticate", $"Bearer error=\"insufficient_scope\", scope=\"{needed}\"{metadata}");
            await exchange.StatusAsync(StatusCodes.Status403Forbidden);
            return true;
        }

        return false;
    }

    private async Task AnswerTokenAsync(UpstreamExchange exchange)
    {
        var request = new TokenRequest(exchange.Request);
        _requests.Enqueue(request);
        if (TokenAnswer is { } answer)
        {
            await answer(exchange);
        }
        else if (!request.IsOf(ClientId, ClientSecret))
        {
            await JsonAsync(exchange, new { error = "invalid_client", error_description = $"{ClientSecret} is not what was sent" }, StatusCodes.Status401Unauthorized);
        }
        else
        {
            var token = $"token-{Interlocked.Increment(ref _issued)}";
            _tokens[token] = Grants(request.Form.GetValueOrDefault("scope", ""));
            await JsonAsync(exchange, new { access_token = token, token_type = "bearer", expires_in = ExpiresIn });
        }
    }

    private static Task JsonAsync<T>(UpstreamExchange exchange, T document, int status = StatusCodes.Status200OK) =>
        exchange.StatusAsync(status, "application/json", Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(document, WithoutNulls)));
}
