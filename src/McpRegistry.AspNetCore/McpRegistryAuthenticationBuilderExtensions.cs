using McpRegistry;
using McpRegistry.AspNetCore.Principals;
using McpRegistry.AspNetCore.Tenancy;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets principals of the host use the gateway beside API keys.</summary>
public static class McpRegistryAuthenticationBuilderExtensions
{
    /// <summary>
    /// Has the gateway take principals of these authentication schemes of the host, such as <c>Bearer</c> or <c>Cookies</c>, asked in
    /// this order. A request that presents a key, in <c>X-Api-Key</c> or as a bearer token that begins with <c>mcpk_</c>, is decided
    /// by its key alone. May be called more than once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="schemes">The schemes; the host adds them with <c>AddAuthentication()</c>, before or after.</param>
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder AcceptPrincipals(this IMcpRegistryBuilder builder, params string[] schemes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(schemes);

        builder.Services.Configure<PrincipalOptions>(options =>
        {
            foreach (var scheme in schemes.Where(scheme => !options.Schemes.Contains(scheme)))
            {
                options.Schemes.Add(scheme);
            }
        });
        return builder;
    }

    /// <summary>Has a class of the host say what its principals are to the gateway, instead of the claims that options name.</summary>
    /// <typeparam name="TMapper">The class; one instance serves all requests.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder UsePrincipalMapper<TMapper>(this IMcpRegistryBuilder builder)
        where TMapper : class, IPrincipalMapper
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.Replace(ServiceDescriptor.Singleton<IPrincipalMapper, TMapper>());
        return builder;
    }

    /// <summary>Adds a way by which requests choose a tenant. It is asked before the header and the host name.</summary>
    /// <typeparam name="TResolver">The class; one instance serves all requests.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder AddTenantResolver<TResolver>(this IMcpRegistryBuilder builder)
        where TResolver : class, ITenantResolver
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantResolver, TResolver>());
        return builder;
    }
}
