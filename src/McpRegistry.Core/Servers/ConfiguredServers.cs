using McpRegistry.Credentials;
using Microsoft.Extensions.Configuration;

namespace McpRegistry.Servers;

/// <summary>Reads <c>McpRegistry:Servers</c>: a dictionary from alias to definition, like <c>mcp.json</c>.</summary>
internal sealed class ConfiguredServers(IConfiguration? configuration)
{
    public const string SectionName = "McpRegistry:Servers";

    private static readonly string[] EnumMembers =
    [
        nameof(EndpointDefinition.Transport), nameof(EndpointDefinition.Era), nameof(ServerDefinition.Isolation),
        nameof(CredentialDefinition.Type), nameof(CredentialDefinition.Authentication),
    ];

    /// <summary>What stands below these are names of the user's own.</summary>
    private static readonly string[] Maps =
        [nameof(EndpointDefinition.Environment), nameof(CredentialDefinition.Headers), nameof(CredentialDefinition.Parameters)];

    public IEnumerable<DeclaredServer> Read() =>
        configuration is null
            ? []
            : configuration.GetSection(SectionName).GetChildren().Select(static section =>
                new DeclaredServer(section.Key, ServerOrigin.Configuration, definition => Bind(section, definition)));

    /// <summary>A misspelt member that is passed over in silence is a server that runs otherwise than its operator thinks.</summary>
    private static void Bind(IConfigurationSection section, ServerDefinition definition) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable(makePathsRelative: true).Where(static pair => pair.Key.Length > 0).Select(Normalize))
            .Build()
            .Bind(definition, static binder => binder.ErrorOnUnknownConfiguration = true);

    /// <summary>The binder knows the names of C# only; the REST form <c>streamable_http</c> is the same without underscores, and case does not count.</summary>
    private static KeyValuePair<string, string?> Normalize(KeyValuePair<string, string?> pair) =>
        EnumMembers.Contains(ConfigurationPath.GetSectionKey(pair.Key), StringComparer.OrdinalIgnoreCase)
        && !IsVariable(pair.Key)
            ? new(pair.Key, pair.Value?.Replace("_", "", StringComparison.Ordinal))
            : pair;

    private static bool IsVariable(string key) =>
        ConfigurationPath.GetParentPath(key) is { } parent
        && Maps.Contains(ConfigurationPath.GetSectionKey(parent), StringComparer.OrdinalIgnoreCase);
}
