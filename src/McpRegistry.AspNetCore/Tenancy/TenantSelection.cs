using McpRegistry.AspNetCore.Http;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>In the name of which tenant a request runs.</summary>
/// <param name="Tenant">The tenant; means nothing when the request is refused.</param>
/// <param name="Refusal">Why the request is refused; null when it is not.</param>
/// <param name="IsOwn">Whether the caller has the tenant, and does not act for it as an administrator of the installation.</param>
internal readonly record struct TenantSelection(TenantId Tenant, Problem? Refusal, bool IsOwn);
