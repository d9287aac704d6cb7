using System.Text;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>
/// A request that must be refused, and how. It starts as a good one of its era: <c>TOOL</c> stands for the tool's name on
/// the endpoint, <c>META</c> for the members of a good <c>_meta</c>.
/// </summary>
internal sealed record HostileCase(string Name, Era Era, int Status, int? Code)
{
    public const string GoodCall = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"TOOL","arguments":{},"_meta":{META}}}""";

    private const string ModernMeta =
        "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}";

    public string Verb { get; init; } = "POST";

    public string Text { get; init; } = GoodCall;

    /// <summary>Gets the body where it is no text; null takes <see cref="Text"/>.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>Gets the id that the error must repeat, as JSON.</summary>
    public string Id { get; init; } = "7";

    /// <summary>Gets the headers to replace; null leaves one out, several values send it several times.</summary>
    public IReadOnlyDictionary<string, string[]?> Headers { get; init; } = new Dictionary<string, string[]?>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the value that <c>error.data.reason</c> must have; null does not look.</summary>
    public string? Reason { get; init; }

    public byte[] Body(string tool) => Bytes ?? Encoding.UTF8.GetBytes(Fill(Text, tool));

    public IEnumerable<(string Name, string Value)> AllHeaders(Uri server, string key, string? session, string tool)
    {
        var headers = new Dictionary<string, string[]?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = [server.Authority],
            ["Authorization"] = [$"Bearer {key}"],
            ["Content-Type"] = ["application/json"],
            ["Accept"] = ["application/json, text/event-stream"],
            ["MCP-Protocol-Version"] = [Era == Era.Modern ? RawClient.ModernVersion : RawClient.LegacyVersion],
            ["Mcp-Session-Id"] = session is null ? null : [session],
            ["Mcp-Method"] = Era == Era.Modern ? ["tools/call"] : null,
            ["Mcp-Name"] = Era == Era.Modern ? ["TOOL"] : null,
        };
        foreach (var (name, values) in Headers)
        {
            headers[name] = values;
        }

        return headers.SelectMany(header => header.Value ?? [], (header, value) => (header.Key, Fill(value, tool)));
    }

    private string Fill(string text, string tool) => text
        .Replace("META", Era == Era.Modern ? ModernMeta : "", StringComparison.Ordinal)
        .Replace("TOOL", tool, StringComparison.Ordinal);
}
