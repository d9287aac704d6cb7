using System.Security.Claims;
using System.Text.Encodings.Web;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Limits;
using McpRegistry.AspNetCore.OAuth;
using McpRegistry.AspNetCore.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>
/// The scheme of the policies: a key where the request presents one, else a principal of the host. Either gets the tenant that
/// the request is about, or is refused. A principal who is known and refused gets 403, whoever is not known 401.
/// </summary>
internal sealed class GatewayAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IAuthenticationHandlerProvider handlers,
    TenantSelector tenants,
    PrincipalAdmission admission,
    ResourceServer resources,
    UnknownCallerRate rate,
    RequestObserver observer,
    IOptions<PrincipalOptions> principals) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private static readonly AuthenticateResult Refused = AuthenticateResult.Fail("The credentials were refused.");

    private bool _presentsKey = true;
    private bool _hasTokenInQuery;
    private Problem? _refusal;
    private Caller? _refused;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Addresses end up in logs and histories, so a token there is known to others already.
        _hasTokenInQuery = Request.QueryString.HasValue && Request.Query.ContainsKey("access_token");
        _presentsKey = principals.Value.Schemes.Count == 0 || PresentedKey.IsPresent(Request.Headers);
        return _hasTokenInQuery ? Task.FromResult(Refused) : _presentsKey ? AuthenticateKeyAsync() : AuthenticatePrincipalAsync();
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_refusal is not null)
        {
            // A host's policy that names no scheme sees nobody in who is refused, and asks for credentials.
            await WriteAsync(_refusal);
            return;
        }

        if ((_hasTokenInQuery || !_presentsKey) && await rate.TryRefuseAsync(Context))
        {
            // What comes with a key, or ought to, is counted by the key's own handler, which knows of outages and of guesses.
            return;
        }

        if (_hasTokenInQuery)
        {
            resources.Challenge(Context, "invalid_request");
            await WriteAsync(new Problem(StatusCodes.Status400BadRequest, "Token in the query", "token_in_query", "Send tokens and keys in headers only; this one should be withdrawn."));
            return;
        }

        var hasCredentials = Request.Headers.Authorization.Count > 0;
        if (_presentsKey)
        {
            if (resources.IsOn)
            {
                // The key's own handler writes the answer; clients of OAuth must learn from any 401 where to go.
                Response.OnStarting(() =>
                {
                    if (Response.StatusCode == StatusCodes.Status401Unauthorized)
                    {
                        resources.Challenge(Context, hasCredentials ? "invalid_token" : null);
                    }

                    return Task.CompletedTask;
                });
            }

            await (await FindKeyHandlerAsync()).ChallengeAsync(properties);
            return;
        }

        resources.Challenge(Context, hasCredentials ? "invalid_token" : null);
        await WriteAsync(Problem.Unauthenticated());
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (_refusal is not null)
        {
            await WriteAsync(_refusal);
        }
        else if (_presentsKey)
        {
            await (await FindKeyHandlerAsync()).ForbidAsync(properties);
        }
        else
        {
            if (resources.IsOn)
            {
                resources.Challenge(Context, "insufficient_scope");
            }

            _refused = Context.User.GetCaller();
            await WriteAsync(Problem.InsufficientScope(resources.ScopesOf(Context.GetEndpoint())));
        }
    }

    private async Task WriteAsync(Problem problem)
    {
        if (problem.Status < StatusCodes.Status500InternalServerError)
        {
            await observer.ForbiddenAsync(Context, _refused, problem.Status, problem.Code);
        }

        await problem.WriteAsync(Context);
    }

    private async Task<IAuthenticationHandler> FindKeyHandlerAsync() =>
        await handlers.GetHandlerAsync(Context, ApiKeyDefaults.AuthenticationScheme)
        ?? throw new InvalidOperationException("The scheme of API keys was removed from the host.");

    private async Task<AuthenticateResult> AuthenticateKeyAsync()
    {
        // Not through the authentication service, which would run the host's claims transformation once more.
        var result = await (await FindKeyHandlerAsync()).AuthenticateAsync();
        if (!result.Succeeded || result.Principal.GetCaller() is not { } caller)
        {
            return result;
        }

        var selection = await tenants.SelectAsync(Context, caller.Tenant, caller.Scopes.Allows(ApiKeyScope.Admin));
        if (selection.Refusal is { } refusal)
        {
            // Whatever is wrong with a key and its tenant, the holder sees one answer; the choice of another is the request's fault.
            return selection.IsOwn ? Refused : Refuse(refusal, caller);
        }

        return selection.Tenant == caller.Tenant
            ? result
            : Success(new ClaimsPrincipal(new CallerIdentity(caller with { PrincipalId = $"{selection.Tenant}:{caller.PrincipalId}", Tenant = selection.Tenant, AtHome = caller })));
    }

    private async Task<AuthenticateResult> AuthenticatePrincipalAsync()
    {
        AuthenticateResult? failure = null;
        foreach (var scheme in principals.Value.Schemes)
        {
            var result = await Context.AuthenticateAsync(scheme);
            if (result is { Succeeded: true, Principal.Identity.IsAuthenticated: true })
            {
                return resources.IsMeantForUs(Context, result.Principal) ? await AdmitAsync(result.Principal, TicketEnd.Of(result.Ticket!)) : Refused;
            }

            failure ??= result.Failure is null ? null : result;
        }

        return failure ?? AuthenticateResult.NoResult();
    }

    private async Task<AuthenticateResult> AdmitAsync(ClaimsPrincipal principal, DateTimeOffset? endsAt)
    {
        Admission admitted;
        try
        {
            admitted = await admission.AdmitAsync(Context, principal, endsAt);
        }
        catch (Exception exception) when (!Context.RequestAborted.IsCancellationRequested)
        {
            Logger.CallerNotLookedUp(exception);
            return Refuse(Problem.StoreUnavailable(), null);
        }

        if (admitted.Refusal is { } refusal)
        {
            return Refuse(refusal, admitted.Caller);
        }

        // First, so that the tenant and the scopes that count are the ones found first.
        return Success(new ClaimsPrincipal([new CallerIdentity(admitted.Caller!), .. principal.Identities]));
    }

    /// <summary>
    /// A principal without claims and without a type of authentication is nobody to any policy, also to one of the host that asks for no more
    /// than somebody. What it is refused for waits for their answer.
    /// </summary>
    private AuthenticateResult Refuse(Problem refusal, Caller? caller)
    {
        (_refusal, _refused) = (refusal, caller);
        return Success(new ClaimsPrincipal(new ClaimsIdentity()));
    }

    private AuthenticateResult Success(ClaimsPrincipal principal) => AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
}
