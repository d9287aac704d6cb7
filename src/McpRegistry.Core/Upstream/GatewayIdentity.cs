using System.Text;

namespace McpRegistry.Upstream;

/// <summary>How the gateway names itself in the protocol.</summary>
internal static class GatewayIdentity
{
    public const string Name = "McpRegistry";

    public static string Version { get; } = typeof(GatewayIdentity).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The <c>Implementation</c> object, as JSON.</summary>
    public static byte[] Json { get; } = Encoding.UTF8.GetBytes($$"""{"name":"{{Name}}","version":"{{Version}}"}""");

    public static ReadOnlySpan<byte> ClientInfo => Json;
}
