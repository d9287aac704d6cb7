using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>Turns tenants into answers.</summary>
internal static class TenantViewFactory
{
    public static TenantView Create(HttpContext context, Tenant tenant)
    {
        var status = WireNames<TenantStatus>.Of(tenant.Status);
        return new TenantView(
            tenant.Id.Value,
            tenant.Slug,
            tenant.Name,
            status,
            new TenantDefinitionView(
                tenant.Slug, tenant.Name, tenant.Description, status, tenant.MaxServers, tenant.MaxApiKeys, JsonElement.Parse(tenant.Settings)),
            tenant.Version,
            tenant.CreatedAt,
            tenant.UpdatedAt,
            new TenantUrlsView(context.Request.PathBase + TenantEndpoints.Path + $"/{tenant.Id}"));
    }
}
