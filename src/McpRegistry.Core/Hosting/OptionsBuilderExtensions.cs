using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRegistry.Hosting;

internal static class OptionsBuilderExtensions
{
    /// <summary>Binds a section where there is a configuration; a container without a host may have none.</summary>
    public static OptionsBuilder<TOptions> BindIfConfigured<TOptions>(this OptionsBuilder<TOptions> builder, string section)
        where TOptions : class =>
        builder.Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection(section).Bind(options));
}
