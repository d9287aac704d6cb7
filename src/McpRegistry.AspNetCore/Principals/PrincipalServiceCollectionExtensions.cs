using McpRegistry.AspNetCore.ApiKeys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Principals;

internal static class PrincipalServiceCollectionExtensions
{
    /// <summary>How principals of the host become callers.</summary>
    public static IServiceCollection AddPrincipals(this IServiceCollection services)
    {
        services.AddOptions<PrincipalOptions>().BindConfiguration(PrincipalOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PrincipalOptions>, PrincipalOptionsValidator>());
        services.TryAddSingleton<IPrincipalMapper, ClaimsPrincipalMapper>();
        services.TryAddSingleton<PrincipalAdmission>();
        services.PostConfigure<AuthenticationOptions>(KeepDefaultScheme);
        return services;
    }

    /// <summary>
    /// ASP.NET Core takes the only scheme there is as the default. With ours there are several, and the host's own
    /// <c>[Authorize]</c> must go on to mean what it meant.
    /// </summary>
    private static void KeepDefaultScheme(AuthenticationOptions options)
    {
        if (options.DefaultScheme is not null || options.DefaultAuthenticateScheme is not null)
        {
            return;
        }

        var others = options.SchemeMap.Keys
            .Where(static name => name is not (McpRegistryDefaults.AuthenticationScheme or ApiKeyDefaults.AuthenticationScheme))
            .ToList();
        options.DefaultScheme = others switch
        {
            [] => McpRegistryDefaults.AuthenticationScheme,
            [var only] => only,
            _ => null,
        };
    }
}
