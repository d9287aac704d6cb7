using System.Text.Json.Nodes;
using McpRegistry.ConformanceServer.Hosting;
using McpRegistry.ConformanceServer.Http;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Legacy;

/// <summary>Turns away what belongs to another revision, and tells which ones are spoken here.</summary>
internal static class LegacyCheck
{
    public static Fault? Check(IHeaderDictionary headers, IEnumerable<JsonRpcMessage> messages)
    {
        var named = headers[ProtocolHeaders.Version].ToString();
        var modern = messages.OfType<JsonRpcRequest>()
            .Select(static request => ((request.Params as JsonObject)?["_meta"] as JsonObject)?[MetaKeys.ProtocolVersion]?.ToString())
            .FirstOrDefault(static version => version is not null);
        var requested = modern ?? (named.Length == 0 ? null : named);
        return requested is null || (modern is null && Revisions.AllLegacy.Contains(requested, StringComparer.Ordinal))
            ? null
            : Fault.Version(requested, Revisions.AllLegacy);
    }
}
