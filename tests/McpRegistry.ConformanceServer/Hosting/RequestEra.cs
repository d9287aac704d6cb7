using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Hosting;

/// <summary>Reads from a request what the SDK keeps in different places for the two eras.</summary>
internal static class RequestEra
{
    extension(MessageContext request)
    {
        public bool IsModern => Revisions.IsModern(request.JsonRpcMessage.Context?.ProtocolVersion ?? request.Server.NegotiatedProtocolVersion);

        public ClientCapabilities ClientCapabilities =>
            (request.IsModern ? request.JsonRpcMessage.Context?.ClientCapabilities : request.Server.ClientCapabilities) ?? new ClientCapabilities();

        /// <summary>Gets the least level that the client wants to see; null for none at all.</summary>
        public LoggingLevel? LogThreshold => request.IsModern
            ? request.JsonRpcMessage.Context?.LogLevel
            : request.Server.LoggingLevel ?? LoggingLevel.Debug;
    }
}
