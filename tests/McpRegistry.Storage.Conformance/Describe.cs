using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Servers;

namespace McpRegistry.Storage.Conformance;

/// <summary>Writes records as text, so that two of them can be compared with all they hold.</summary>
public static partial class Describe
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Server(RegisteredServer server) => JsonSerializer.Serialize(
        new
        {
            server.Id,
            Tenant = server.Tenant.Value,
            server.Name,
            server.Alias,
            server.Description,
            server.Tags,
            server.Origin,
            server.Isolation,
            server.Owner,
            server.Visibility,
            server.Enabled,
            Endpoints = server.Endpoints.Select(endpoint => new
            {
                endpoint.Id,
                endpoint.Transport,
                endpoint.Url,
                endpoint.Command,
                endpoint.Arguments,
                Environment = endpoint.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal),
                endpoint.WorkingDirectory,
                endpoint.Weight,
                endpoint.Zone,
                endpoint.Era,
            }),
            Credential = server.Credential is null ? null : server.Credential with
            {
                // A dictionary has no order of its own, and a text has.
                Parameters = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty,
            },
            CredentialParameters = server.Credential?.Parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal),
            server.CreatedAt,
            server.UpdatedAt,
            server.Version,
        },
        Indented);

    public static string Report(DiscoveryReport? report) => report is null ? "none" : JsonSerializer.Serialize(
        new
        {
            report.Health,
            report.CompletedAt,
            report.Duration,
            report.Faults,
            report.Era,
            report.ProtocolVersion,
            ServerInfo = Convert.ToHexString(report.ServerInfo.Span),
            Capabilities = Convert.ToHexString(report.Capabilities.Span),
            report.Instructions,
            report.HasItems,
            Items = report.Items.Select(Item),
        },
        Indented);

    public static string Key(ApiKey key) => JsonSerializer.Serialize(key, Indented);

    public static string Stored(StoredApiKey? stored) => stored is null
        ? "none"
        : Key(stored.Key) + JsonSerializer.Serialize(stored.Usage, Indented) + JsonSerializer.Serialize(stored.Lockout, Indented);

    public static string Item(CatalogueItem item) =>
        $"{item.Kind} {item.Key} {item.Ordinal} {Encoding.UTF8.GetString(item.Json.Span)} {item.Title} {item.Description} {item.MimeType}";
}
