using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry;

/// <summary>
/// The object that <c>AddMcpGateway()</c> returns; storage, servers and policies are added to it by extension methods.
/// </summary>
public interface IMcpRegistryBuilder
{
    /// <summary>Gets the services of the host.</summary>
    IServiceCollection Services { get; }
}
