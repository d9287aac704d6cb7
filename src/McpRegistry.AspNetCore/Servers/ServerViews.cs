using System.Collections.Immutable;
using System.Text.Json;
using McpRegistry.AspNetCore.Credentials;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>A server as REST answers it. <see cref="Definition"/> is what a PUT takes.</summary>
internal sealed record ServerView(
    Guid Id,
    string Name,
    string Alias,
    string Origin,
    DefinitionView Definition,
    ImmutableArray<Guid> EndpointIds,
    ConditionView Condition,
    DiscoveryView? Discovery,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    UrlsView Urls);

internal sealed record DefinitionView(
    string Name,
    string Alias,
    string? Description,
    ImmutableArray<string> Tags,
    string Isolation,
    bool Enabled,
    ImmutableArray<EndpointView> Endpoints,
    CredentialView? Credential);

/// <summary>An endpoint; members that do not go with its transport are left out.</summary>
internal sealed record EndpointView(
    string Transport,
    string? Url,
    string? Command,
    ImmutableArray<string>? Arguments,
    IReadOnlyDictionary<string, string>? Environment,
    string? WorkingDirectory,
    int Weight,
    string? Zone,
    string? Era);

/// <summary>How the server is right now.</summary>
internal sealed record ConditionView(string Health, string? Reason, string? Message, DateTimeOffset? Since);

/// <summary>What the last discovery found; counts and items only where one server was asked for.</summary>
internal sealed record DiscoveryView(
    string Health,
    DateTimeOffset CompletedAt,
    long DurationMs,
    string? Era,
    string? ProtocolVersion,
    JsonElement? ServerInfo,
    ImmutableArray<FaultView> Faults)
{
    public CountsView? Counts { get; init; }

    public ItemsView? Items { get; init; }
}

internal sealed record FaultView(string Reason, string Message);

internal sealed record CountsView(int Tools, int Resources, int ResourceTemplates, int Prompts);

internal sealed record ItemsView(
    ImmutableArray<string> Tools,
    ImmutableArray<string> Resources,
    ImmutableArray<string> ResourceTemplates,
    ImmutableArray<string> Prompts);

internal sealed record UrlsView(string Self, string Mcp);

internal sealed record ServerListView(ImmutableArray<ServerView> Servers, string? NextCursor);
