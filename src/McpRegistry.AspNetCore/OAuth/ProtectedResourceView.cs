using System.Text.Json.Serialization;

namespace McpRegistry.AspNetCore.OAuth;

/// <summary>The metadata of RFC 9728.</summary>
internal sealed record ProtectedResourceView(
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("authorization_servers")] IEnumerable<string> AuthorizationServers,
    [property: JsonPropertyName("scopes_supported")] IEnumerable<string> ScopesSupported,
    [property: JsonPropertyName("bearer_methods_supported")] IEnumerable<string> BearerMethodsSupported,
    [property: JsonPropertyName("resource_name")] string? ResourceName,
    [property: JsonPropertyName("resource_documentation")] string? ResourceDocumentation);
