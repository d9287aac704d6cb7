using System.Buffers;
using McpRegistry.Servers.Validation;

namespace McpRegistry.Credentials;

/// <summary>The form of headers that a user adds to requests: none of those by which HTTP and MCP themselves work.</summary>
internal static class HeaderForm
{
    private const int MaxHeaders = 16;
    private const int MaxNameLength = 128;
    private const int MaxValueLength = 8_192;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] ReservedBeginnings = ["Content-", "Mcp-", "Proxy-", "Sec-", "Accept"];

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Baggage", "Connection", "Expect", "Host", "Keep-Alive", "Last-Event-ID", "Origin", "Request-Id", "TE", "Traceparent", "Tracestate",
        "Trailer", "Transfer-Encoding", "Upgrade", "Via",
    };

    public static void Check(ServerCandidate candidate, IDictionary<string, string> headers)
    {
        var path = CredentialMembers.Prefix + "headers";
        if (headers.Count is 0 or > MaxHeaders)
        {
            candidate.Add(path, "count", $"A credential of headers has 1 to {MaxHeaders} of them; these are {headers.Count}.");
            return;
        }

        if (headers.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() < headers.Count)
        {
            candidate.Add(path, "repeated", "Two headers differ in case only.");
        }

        foreach (var (name, value) in headers)
        {
            if (!IsName(name))
            {
                candidate.Add(path, "header_name", $"The name of a header has 1 to {MaxNameLength} letters, digits or signs of HTTP tokens.");
            }
            else if (IsReserved(name))
            {
                candidate.Add(CredentialMembers.Header(name), "header_reserved", "This header belongs to HTTP or MCP and is set by the gateway.");
            }
            else if (!IsValue(value))
            {
                candidate.Add(CredentialMembers.Header(name), "header_value", $"The value of a header has 1 to {MaxValueLength} visible ASCII characters, with spaces between them only.");
            }
        }
    }

    /// <summary>Tells whether a header can be sent as it is; for those that no rule has seen.</summary>
    public static bool IsSendable(string name, string value) => IsName(name) && !IsReserved(name) && IsValue(value);

    private static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    private static bool IsReserved(string name) =>
        Reserved.Contains(name) || ReservedBeginnings.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));

    private static bool IsValue(string? value) =>
        value is { Length: > 0 and <= MaxValueLength } && !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && value[0] != ' ' && value[^1] != ' ';
}
