using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Writes a document in one form, whatever order and white space a store gives it back with.</summary>
    public static string Json(string json) => Sorted(JsonNode.Parse(json))?.ToJsonString() ?? "null";

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(static member => member.Key, StringComparer.Ordinal)
            .Select(static member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
