using Microsoft.Extensions.Configuration;

namespace McpRegistry.Servers;

/// <summary>Reads <c>McpRegistry:Servers</c>: a dictionary from alias to definition, like <c>mcp.json</c>.</summary>
internal sealed class ConfiguredServers(IConfiguration? configuration)
{
    public const string SectionName = "McpRegistry:Servers";

    public IEnumerable<DeclaredServer> Read() =>
        configuration is null
            ? []
            : configuration.GetSection(SectionName).GetChildren().Select(static section => new DeclaredServer(
                section.Key,
                ServerOrigin.Configuration,

                // A misspelt member that is passed over in silence is a server that runs otherwise than its operator thinks.
                definition => section.Bind(definition, static binder => binder.ErrorOnUnknownConfiguration = true)));
}
