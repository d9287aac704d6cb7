using System.Text.Json;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.Storage.Conformance;

/// <content>Tenants and users.</content>
public static partial class Describe
{
    public static string Tenant(Tenant? tenant) => tenant is null
        ? "none"
        : JsonSerializer.Serialize(tenant with { Settings = Json(tenant.Settings) }, Indented);

    public static string User(User? user) => user is null
        ? "none"
        : JsonSerializer.Serialize(user with { Metadata = Json(user.Metadata) }, Indented);
}
