using McpRegistry.AspNetCore.Storage;
using McpRegistry.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the registry to the health checks of a host.</summary>
public static class McpRegistryHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of the chosen store: healthy when it answers, degraded while migrations are not applied, and
    /// <paramref name="failureStatus"/> when it cannot be used. Its data holds the latency, the number of those migrations and
    /// the connection pools, and no names, addresses or secrets. A store that the host supplies itself needs an
    /// <see cref="IStorageHealth"/>.
    /// </summary>
    /// <param name="builder">The builder, as <c>AddHealthChecks()</c> returns it.</param>
    /// <param name="name">The name of the check. Default <c>mcp_registry_storage</c>.</param>
    /// <param name="failureStatus">What a store that cannot be used counts as. Default unhealthy.</param>
    /// <param name="tags">Tags to choose the check by; null for none.</param>
    /// <param name="timeout">How long the check may take; null for as long as the store lets it wait for a connection.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddMcpRegistryStorage(
        this IHealthChecksBuilder builder,
        string name = "mcp_registry_storage",
        HealthStatus failureStatus = HealthStatus.Unhealthy,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        return builder.AddCheck<StorageHealthCheck>(name, failureStatus, tags ?? [], timeout ?? Timeout.InfiniteTimeSpan);
    }
}
