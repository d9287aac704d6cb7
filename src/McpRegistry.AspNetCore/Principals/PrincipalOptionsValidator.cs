using McpRegistry.AspNetCore.ApiKeys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Lists every fault of <see cref="PrincipalOptions"/> at start-up.</summary>
internal sealed class PrincipalOptionsValidator(IOptions<AuthenticationOptions> authentication) : IValidateOptions<PrincipalOptions>
{
    public ValidateOptionsResult Validate(string? name, PrincipalOptions options)
    {
        var faults = new List<string>();
        foreach (var scheme in options.Schemes)
        {
            if (scheme is McpRegistryDefaults.AuthenticationScheme or ApiKeyDefaults.AuthenticationScheme)
            {
                faults.Add($"{PrincipalOptions.SectionName}:Schemes must not name '{scheme}': that is the gateway's own scheme, which asks those of the host.");
            }
            else if (!authentication.Value.SchemeMap.ContainsKey(scheme))
            {
                faults.Add($"{PrincipalOptions.SectionName}:Schemes names '{scheme}', but the host has added no such authentication scheme.");
            }
        }

        if (options.TenantClaim.Length == 0)
        {
            faults.Add($"{PrincipalOptions.SectionName}:TenantClaim must name a claim.");
        }

        if (options.ScopePrefix.AsSpan().ContainsAny(" \"\\"))
        {
            faults.Add($"{PrincipalOptions.SectionName}:ScopePrefix must have no spaces, quotes and backslashes.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
