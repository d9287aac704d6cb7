using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.AccessControl;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Limits;
using McpRegistry.AspNetCore.OAuth;
using McpRegistry.AspNetCore.Principals;
using McpRegistry.AspNetCore.Resilience;
using McpRegistry.AspNetCore.Routing;
using McpRegistry.AspNetCore.Servers;
using McpRegistry.AspNetCore.Tenancy;
using McpRegistry.Limits;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Seeding;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
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
        services.AddAccessControl();
        services.TryAddSingleton<RequestObserver>();
        services.TryAddSingleton<ServerViewFactory>();
        services.TryAddSingleton<ServerApi>();
        services.AddTenancy();
        services.TryAddSingleton<TenantApi>();
        services.AddTenantSelection();
        services.AddPrincipals();
        services.AddResourceServer();
        services.AddLimits();
        services.TryAddSingleton<LimitDesk>();
        services.TryAddSingleton<LimitApi>();
        services.TryAddSingleton<UnknownCallerRate>();
        services.TryAddSingleton<AccessRuleApi>();
        services.TryAddSingleton<ExplainApi>();
        services.TryAddSingleton<AuditApi>();
        services.AddCallRouting();
        services.TryAddSingleton<RoutingRuleApi>();
        services.TryAddSingleton<RouteExplainApi>();
        services.TryAddSingleton<ReplicaName>();
        services.TryAddSingleton<OtherReplicas>();
        services.TryAddSingleton<RouterMetricsApi>();
        services.TryAddSingleton<ActiveRequestApi>();
        services.TryAddSingleton<DryRunApi>();
        services.AddCircuitBreakers();
        services.TryAddSingleton<CircuitBreakerApi>();
        services.AddApiKeys();
        services.TryAddSingleton<ApiKeyViewFactory>();
        services.TryAddSingleton<ApiKeyApi>();
        services.AddSeedData();
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyDefaults.AuthenticationScheme, null)
            .AddScheme<AuthenticationSchemeOptions, GatewayAuthenticationHandler>(McpRegistryDefaults.AuthenticationScheme, null);
        services.AddAuthorization(static options =>
        {
            AddPolicy(options, McpRegistryPolicies.Read, ApiKeyScope.Read);
            AddPolicy(options, McpRegistryPolicies.Write, ApiKeyScope.Write);
            AddPolicy(options, McpRegistryPolicies.Admin, ApiKeyScope.Admin);
            AddPolicy(options, McpRegistryPolicies.Proxy, ApiKeyScope.Proxy);
            AddPolicy(options, McpRegistryPolicies.Metrics, ApiKeyScope.Metrics);
            AddPolicy(options, McpRegistryPolicies.Health, ApiKeyScope.Health);
        });
        return services;
    }

    /// <summary>A policy that the host has defined under the same name is the host's decision and stays.</summary>
    private static void AddPolicy(AuthorizationOptions options, string name, ApiKeyScope scope)
    {
        if (options.GetPolicy(name) is null)
        {
            options.AddPolicy(name, policy => policy
                .AddAuthenticationSchemes(McpRegistryDefaults.AuthenticationScheme)
                .RequireAuthenticatedUser()
                .RequireAssertion(context => context.User.GetCaller()?.Scopes.Allows(scope) == true));
        }
    }
}
