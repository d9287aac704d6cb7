using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Encodings.Web;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Limits;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>
/// Authenticates by API key. Whatever is wrong with a key, callers see the same 401, or all the same 429 where too many keys
/// were guessed or their address is too fast; only who has a good key at the wrong address learns that, by a 403.
/// </summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IApiKeyValidator validator,
    UnknownCallerRate rate,
    RequestObserver observer)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    // The validator's cache hands out the same object while a key is warm, so that its claims can hang on it. The identity
    // cannot: a host's IClaimsTransformation may add to it, and what one request adds must not reach another.
    private static readonly ConditionalWeakTable<ApiKeyGrant, ApiKeyClaims> Claims = [];

    private static readonly AuthenticateResult Refused = AuthenticateResult.Fail("The API key was refused.");

    private ApiKeyValidation _validation;
    private bool _isUnknowable;

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

        try
        {
            _validation = await validator.ValidateAsync(presented, Context.Connection.RemoteIpAddress, Context.RequestAborted);
        }
        catch (Exception exception) when (!Context.RequestAborted.IsCancellationRequested)
        {
            Logger.CallerNotLookedUp(exception);
            _isUnknowable = true;
            return Refused;
        }

        return _validation.IsValid ? CreateResult(Claims.GetValue(_validation.Grant, static grant => new ApiKeyClaims(grant))) : Refused;
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_isUnknowable)
        {
            await Problem.StoreUnavailable().WriteAsync(Context);
            return;
        }

        if (_validation.Withheld is { } grant)
        {
            // The key may have got out, which its tenant should see in its own trail.
            var problem = Problem.AddressNotAllowed();
            await observer.ForbiddenAsync(Context, Caller.Of(grant), StatusCodes.Status403Forbidden, problem.Code);
            await problem.WriteAsync(Context);
            return;
        }

        if (_validation.RetryAfter is { } wait)
        {
            await observer.ForbiddenAsync(Context, null, StatusCodes.Status429TooManyRequests);
            Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await Problem.TooManyGuesses().WriteAsync(Context);
            return;
        }

        if (await rate.TryRefuseAsync(Context))
        {
            return;
        }

        await observer.ForbiddenAsync(Context, null, StatusCodes.Status401Unauthorized);
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer");
        await Problem.Unauthorized().WriteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problem.Forbidden().WriteAsync(Context);

    private static AuthenticateResult CreateResult(ApiKeyClaims claims) => AuthenticateResult.Success(
        new AuthenticationTicket(new ClaimsPrincipal(new ApiKeyIdentity(claims)), ApiKeyDefaults.AuthenticationScheme));
}
