using McpRegistry.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRegistry.Seeding;

/// <summary>Adds the demo data where it is switched on, before the registry is loaded, so that its servers are in the first snapshot.</summary>
/// <param name="options">Whether it is.</param>
/// <param name="services">Asked only then: a host without demo data needs none of the stores behind it.</param>
internal sealed class SeedDataTask(IOptions<SeedOptions> options, IServiceProvider services) : IStartupTask
{
    public int Order => StartupOrder.SeedData;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Reading the value also refuses it in production.
        if (options.Value.Enabled)
        {
            var tenant = await services.GetRequiredService<DemoData>().AddAsync(cancellationToken).ConfigureAwait(false);
            await services.GetRequiredService<DemoConfiguration>().AddAsync(tenant, cancellationToken).ConfigureAwait(false);
        }
    }
}
