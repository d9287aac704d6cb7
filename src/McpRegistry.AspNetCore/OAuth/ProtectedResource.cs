namespace McpRegistry.AspNetCore.OAuth;

/// <summary>Which resource an endpoint belongs to, as metadata of the endpoint.</summary>
/// <param name="Path">The path of the resource below what the host maps the gateway at, without the alias.</param>
internal sealed record ProtectedResource(string Path)
{
    public static ProtectedResource Mcp { get; } = new("/mcp");

    public static ProtectedResource Api { get; } = new(Http.ApiRoutes.Root);
}
