using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>Reads a definition from a REST body.</summary>
internal static class TenantDefinitionReader
{
    public static TenantDefinition Read(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var definition = new TenantDefinition
        {
            Slug = members.Text("slug"),
            Name = members.Text("name"),
            Description = members.Text("description"),
            Status = members.Choice<TenantStatus>("status"),
            MaxServers = members.Number("maxServers"),
            MaxApiKeys = members.Number("maxApiKeys"),
            Settings = members.Raw("settings") ?? "{}",
        };
        members.Finish();
        return definition;
    }
}
