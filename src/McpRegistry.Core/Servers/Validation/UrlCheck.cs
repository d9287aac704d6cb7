using System.Net;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Servers.Validation;

/// <summary>
/// Judges the form of a URL. Names are judged again by <see cref="OutboundConnector"/> once they are resolved; what can be told
/// without a look-up is told here, where the caller still listens.
/// </summary>
internal sealed class UrlCheck(IOptions<OutboundOptions> options, OutboundAddressPolicy addresses)
{
    private const int MaxLength = 2_048;

    /// <summary>Reports what is wrong with a URL.</summary>
    /// <param name="candidate">Gets the faults.</param>
    /// <param name="path">Where the URL stands.</param>
    /// <param name="url">The URL.</param>
    /// <param name="transport">What is to be spoken there.</param>
    public void Check(ServerCandidate candidate, string path, string url, TransportKind transport)
    {
        if (url.Length > MaxLength)
        {
            candidate.Add(path, "too_long", $"A URL has at most {MaxLength} characters; this one has {url.Length}.");
            return;
        }

        // Parsers disagree about these characters, and a disagreement about where the host ends is an attack.
        if (url.AsSpan().IndexOfAny('\\', ' ') >= 0 || !PlainText.IsOneLine(url) || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.IsUnc)
        {
            candidate.Add(path, "url_form", "The URL must be absolute, without white space, control characters or backslashes, for example https://example.com/mcp.");
            return;
        }

        if (SchemeFault(uri.Scheme, transport) is { } fault)
        {
            candidate.Add(path, "url_scheme", fault);
            return;
        }

        if (uri.UserInfo.Length > 0)
        {
            candidate.Add(path, "url_user_info", "The URL must not carry a user name or password.");
        }

        if (uri.Fragment.Length > 0 || url.Contains('#', StringComparison.Ordinal))
        {
            candidate.Add(path, "url_fragment", "The URL must not have a fragment.");
        }

        CheckHost(candidate, path, uri);
    }

    private static string? SchemeFault(string scheme, TransportKind transport) => scheme switch
    {
        "http" or "https" => transport == TransportKind.WebSocket
            ? $"The websocket transport needs a wss or ws URL, not {scheme}; or take the transport out, and the URL is one of Streamable HTTP."
            : null,
        "ws" or "wss" => transport is TransportKind.StreamableHttp or TransportKind.Sse
            ? $"A {scheme} URL needs the websocket transport; take the transport out, or use an https or http URL."
            : null,
        _ => $"The scheme '{scheme}' is not supported; use https or http, or wss or ws for a WebSocket.",
    };

    private void CheckHost(ServerCandidate candidate, string path, Uri uri)
    {
        var host = uri.IdnHost.TrimEnd('.');
        var isLocalName = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        var address = isLocalName ? IPAddress.Loopback : IPAddress.TryParse(host, out var parsed) ? parsed : null;
        if (address is not null && !addresses.IsAllowed(address, out var reason))
        {
            candidate.Add(path, "address_not_allowed", reason);
        }

        var isLoopback = address is not null && OutboundAddressPolicy.IsLoopback(address);
        if (uri.Scheme is "http" or "ws" && !isLoopback && !options.Value.AllowHttp)
        {
            candidate.Add(path, "https_required", $"Only loopback hosts may be reached over plain {uri.Scheme}; use {uri.Scheme}s, or set {OutboundOptions.SectionName}:AllowHttp on the host.");
        }
    }
}
