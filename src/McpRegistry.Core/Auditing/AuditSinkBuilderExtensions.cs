using McpRegistry;
using McpRegistry.Auditing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Brings the audit trail to where else it is wanted.</summary>
public static class AuditSinkBuilderExtensions
{
    /// <summary>
    /// Adds a sink, which gets every row of every trail at least once and in order, on one replica at a time. A name that the store
    /// does not know yet begins at the beginning of each trail.
    /// </summary>
    /// <typeparam name="TSink">The sink; made once, with the services of the host.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>A host whose sinks share a name, or have none, or whose store keeps no positions, does not start.</remarks>
    public static IMcpRegistryBuilder AddAuditSink<TSink>(this IMcpRegistryBuilder builder)
        where TSink : class, IAuditSink
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddSingleton<IAuditSink, TSink>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AuditSinkService>());
        return builder;
    }
}
