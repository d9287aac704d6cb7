using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Servers;
using McpRegistry.Seeding;
using McpRegistry.Servers;
using McpRegistry.Writers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore;

internal static class GatewayAccessServiceCollectionExtensions
{
    /// <summary>The authentication scheme, the policies, the Host and Origin check and what the REST routes need.</summary>
    public static IServiceCollection AddGatewayAccess(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(RequestOriginPolicy)))
        {
            return services;
        }

        services.AddOptions<GatewayHttpOptions>().BindConfiguration(GatewayHttpOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GatewayHttpOptions>, GatewayHttpOptionsValidator>());
        services.TryAddSingleton<RequestOriginPolicy>();
        services.AddServerRegistry();
        services.AddWriters();
        services.TryAddSingleton<RequestObserver>();
        services.TryAddSingleton<ServerViewFactory>();
        services.TryAddSingleton<ServerApi>();
        services.AddApiKeys();
        services.AddSeedData();
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyDefaults.AuthenticationScheme, null);
        services.AddAuthorization(static options =>
        {
            AddPolicy(options, McpRegistryPolicies.Read, ApiKeyScope.Read);
            AddPolicy(options, McpRegistryPolicies.Write, ApiKeyScope.Write);
            AddPolicy(options, McpRegistryPolicies.Admin, ApiKeyScope.Admin);
            AddPolicy(options, McpRegistryPolicies.Proxy, ApiKeyScope.Proxy);
        });
        return services;
    }

    /// <summary>A policy that the host has defined under the same name is the host's decision and stays.</summary>
    private static void AddPolicy(AuthorizationOptions options, string name, ApiKeyScope scope)
    {
        if (options.GetPolicy(name) is null)
        {
            options.AddPolicy(name, policy => policy
                .AddAuthenticationSchemes(ApiKeyDefaults.AuthenticationScheme)
                .RequireAuthenticatedUser()
                .RequireAssertion(context => context.User.GetCaller()?.Scopes.Allows(scope) == true));
        }
    }
}
