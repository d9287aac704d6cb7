using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>Bearer tokens of one issuer, with the claims that ASP.NET Core's own handler makes of them.</summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenIssuer issuer)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (issuer.Read(header["Bearer ".Length..]) is not { } token)
        {
            return Task.FromResult(AuthenticateResult.Fail("The token was not signed by the issuer."));
        }

        var identity = new ClaimsIdentity(token.EnumerateObject().SelectMany(Read), Scheme.Name, "name", "roles");
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }

    private IEnumerable<Claim> Read(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Array
        ? member.Value.EnumerateArray().Select(value => Create(member.Name, value))
        : [Create(member.Name, member.Value)];

    private Claim Create(string type, JsonElement value) => new(type, value.ToString(), ClaimValueTypes.String, issuer.Name);
}
