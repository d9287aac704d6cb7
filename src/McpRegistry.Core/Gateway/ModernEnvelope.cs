using System.Text;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway;

/// <summary>Checks the <c>_meta</c> that every modern request carries (protocol.md 2.1, steps 5 to 7).</summary>
internal static class ModernEnvelope
{
    /// <summary>Checks a request.</summary>
    /// <returns>The first fault, or null.</returns>
    public static GatewayError? Check(ClientMessage message, string? header)
    {
        if (message.Text(message.MetaProtocolVersion) is not { } version)
        {
            return Incomplete("io.modelcontextprotocol/protocolVersion", "a string");
        }

        if (!message.IsObject(message.MetaCapabilities))
        {
            return Incomplete("io.modelcontextprotocol/clientCapabilities", "an object");
        }

        if (!string.Equals(version, header, StringComparison.Ordinal))
        {
            return EraClassifier.Mismatch("The header MCP-Protocol-Version and _meta name different revisions.");
        }

        return ProtocolRevision.IsModern(version) ? null : Unsupported(version);
    }

    public static GatewayError Unsupported(string requested) =>
        GatewayError.BadEnvelope(
            ErrorCodes.UnsupportedProtocolVersion, $"The protocol revision '{ErrorText.Trim(requested)}' is not served.", "unsupported_protocol_version") with
        {
            Data = Encoding.UTF8.GetBytes(
                $$"""{"supported":[{{string.Join(',', ProtocolRevision.Stateless.Select(v => $"\"{v}\""))}}],"requested":{{Encoding.UTF8.GetString(JsonText.Quote(requested))}}}"""),
        };

    private static GatewayError Incomplete(string key, string type) => GatewayError.BadEnvelope(
        ErrorCodes.InvalidParams, $"The params need a _meta with '{key}' as {type}.", "incomplete_meta");
}
