using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Gateway;

/// <summary>Decides the era of a message: the body says it, the header confirms it (protocol.md 4.1).</summary>
internal static class EraClassifier
{
    /// <summary>Classifies a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="header">The value of <c>MCP-Protocol-Version</c>; null when it was not sent.</param>
    /// <param name="error">Why body and header do not go together; null when they do.</param>
    public static ProtocolEra Classify(ClientMessage message, string? header, out GatewayError? error)
    {
        var bodyIsModern = !message.MetaProtocolVersion.IsMissing;

        // Where both say the same, nobody is in doubt about the era, whatever the revision is called.
        var headerIsModern = ProtocolRevision.EraOf(header) == ProtocolEra.Modern
            || (bodyIsModern && header is not null && !ProtocolRevision.IsLegacy(header) && header == message.Text(message.MetaProtocolVersion));
        error = (bodyIsModern, headerIsModern) switch
        {
            // No revision says which headers a notification has; one that contradicts its body is still an error.
            (true, false) when header is null && message.Kind == MessageKind.Notification => null,
            (true, false) => Mismatch(header is null
                ? "The header MCP-Protocol-Version is missing."
                : "The header MCP-Protocol-Version and _meta name different protocol eras."),
            (false, true) when message.Kind == MessageKind.Response => GatewayError.BadEnvelope(
                ErrorCodes.InvalidRequest, "This protocol revision has no responses from clients.", "unexpected_response"),
            (false, true) when message.Method == McpMethod.Initialize => Mismatch(
                "initialize belongs to revisions before 2026-07-28; the header MCP-Protocol-Version names a later one."),
            _ => null,
        };
        return bodyIsModern || headerIsModern ? ProtocolEra.Modern : ProtocolEra.Legacy;
    }

    public static GatewayError Mismatch(string message) => GatewayError.BadEnvelope(ErrorCodes.HeaderMismatch, message, "header_mismatch");
}
