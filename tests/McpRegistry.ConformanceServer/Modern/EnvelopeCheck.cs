using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.ConformanceServer.Hosting;
using McpRegistry.ConformanceServer.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Modern;

/// <summary>Checks the revision and the envelope of a request, which the SDK's core leaves to the host.</summary>
internal static class EnvelopeCheck
{
    // Removed by 2026-07-28; the SDK would answer some of them.
    private static readonly HashSet<string> Removed = new(
        ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"], StringComparer.Ordinal);

    public static Fault? Check(IHeaderDictionary headers, JsonRpcRequest request)
    {
        var header = headers[ProtocolHeaders.Version];
        var meta = (request.Params as JsonObject)?["_meta"] as JsonObject;
        var hasVersion = TryGetText(meta, MetaKeys.ProtocolVersion, out var version);
        if (!hasVersion && !Revisions.IsModern(header))
        {
            return Fault.Version(header, Revisions.Modern);
        }

        if (!hasVersion || meta![MetaKeys.ClientCapabilities] is not JsonObject)
        {
            return Fault.Invalid("_meta must name the protocol version and the client's capabilities.");
        }

        return header.Count != 1 || header != version ? Fault.Mismatch("The version of the header and of _meta differ.")
            : version != Revisions.Modern ? Fault.Version(version, Revisions.Modern)
            : null;
    }

    public static Fault? CheckMethod(JsonRpcRequest request) => Removed.Contains(request.Method)
        ? new Fault(StatusCodes.Status404NotFound, McpErrorCode.MethodNotFound, $"{Revisions.Modern} has no method '{request.Method}'.")
        : null;

    private static bool TryGetText(JsonObject? meta, string key, out string? text)
    {
        text = null;
        return meta?[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.TryGetValue(out text);
    }
}
