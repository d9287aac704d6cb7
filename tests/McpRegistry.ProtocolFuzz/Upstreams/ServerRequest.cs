using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpRegistry.ProtocolFuzz.Checks;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>What the gateway sent to one of the servers. The path names the server: <c>/odd-legacy</c>, <c>/case-12-modern</c>.</summary>
internal sealed partial class ServerRequest(string verb, string path, Dictionary<string, string> headers, byte[] body)
{
    private readonly JsonElement _message = body.Length == 0 ? default : Json.Parse(body) ?? default;

    public string Verb => verb;

    public string Path => path;

    public string Server { get; } = path.Trim('/').Split('/', '?')[0];

    public bool IsModern => Server.EndsWith("modern", StringComparison.Ordinal);

    public bool IsSse => Server.EndsWith("sse", StringComparison.Ordinal);

    public string? Session => headers.GetValueOrDefault("Mcp-Session-Id") ?? Query().Match(path) switch { { Success: true } match => match.Groups[1].Value, _ => null };

    /// <summary>Gets the key with which a WebSocket is asked for.</summary>
    public string? SocketKey => headers.GetValueOrDefault("Sec-WebSocket-Key");

    public string Method => Json.Text(Json.Member(_message, "method")) ?? "";

    public string? Id => Json.Member(_message, "id") is { ValueKind: not JsonValueKind.Undefined } id ? id.GetRawText() : null;

    public JsonElement Params => Json.Member(_message, "params");

    public string? ProgressToken =>
        Json.Member(Json.Member(Params, "_meta"), "progressToken") is { ValueKind: not JsonValueKind.Undefined } token ? token.GetRawText() : null;

    public bool HasAnswers => Json.Member(Params, "inputResponses").ValueKind != JsonValueKind.Undefined;

    /// <summary>Gets the number of the case that this belongs to: of the path for a server of one case, else of what the client sent.</summary>
    public int? Case => CaseNumber().Match(path) is { Success: true } inPath ? Number(inPath)
        : CaseNumber().Match(Encoding.UTF8.GetString(body)) is { Success: true } inBody ? Number(inBody) : null;

    public string Text(string name) => Json.Text(Json.Member(Params, name)) ?? "";

    private static int Number(Match match) => int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("case-(?<number>[0-9]{1,9})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CaseNumber();

    [GeneratedRegex("[?]s=(?<session>[0-9a-f]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Query();
}
