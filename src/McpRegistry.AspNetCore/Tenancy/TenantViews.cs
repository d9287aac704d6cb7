using System.Collections.Immutable;
using System.Text.Json;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>A tenant as REST answers it. <see cref="Definition"/> is what a PUT takes.</summary>
internal sealed record TenantView(
    Guid Id,
    string Slug,
    string Name,
    string Status,
    TenantDefinitionView Definition,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    TenantUrlsView Urls);

internal sealed record TenantDefinitionView(
    string Slug, string Name, string? Description, string Status, int? MaxServers, int? MaxApiKeys, JsonElement Settings);

internal sealed record TenantUrlsView(string Self);

internal sealed record TenantListView(ImmutableArray<TenantView> Tenants, string? NextCursor);
