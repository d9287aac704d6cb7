using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Encodings.Web;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>Authenticates by API key. Whatever is wrong with a key, callers see the same 401.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IApiKeyValidator validator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    // The validator's cache hands out the same object while a key is warm, so that its claims can hang on it. The identity
    // cannot: a host's IClaimsTransformation may add to it, and what one request adds must not reach another.
    private static readonly ConditionalWeakTable<ApiKey, ApiKeyClaims> Claims = [];

    private static readonly AuthenticateResult Refused = AuthenticateResult.Fail("The API key was refused.");

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!PresentedKey.TryRead(Request.Headers, out var presented))
        {
            return Refused;
        }

        if (presented is null)
        {
            return AuthenticateResult.NoResult();
        }

        var validation = await validator.ValidateAsync(presented, Context.RequestAborted);
        return validation.IsValid ? CreateResult(Claims.GetValue(validation.Key, static key => new ApiKeyClaims(key))) : Refused;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer");
        return Problem.Unauthorized().WriteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problem.Forbidden().WriteAsync(Context);

    private static AuthenticateResult CreateResult(ApiKeyClaims claims) => AuthenticateResult.Success(
        new AuthenticationTicket(new ClaimsPrincipal(new ApiKeyIdentity(claims)), ApiKeyDefaults.AuthenticationScheme));
}
