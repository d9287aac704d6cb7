using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Http;

/// <summary>
/// Checks Host and Origin. A page that rebinds its own name to the gateway's address still sends that name as the host, and
/// a page elsewhere sends its own origin.
/// </summary>
internal sealed class RequestOriginPolicy(IOptions<GatewayHttpOptions> options)
{
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    private readonly string[] _hosts = [.. LoopbackHosts, .. options.Value.AllowedHosts.Select(Bracket)];
    private readonly string[] _origins = [.. options.Value.AllowedOrigins];
    private readonly bool _anyHost = options.Value.AllowedHosts.Contains("*");
    private readonly bool _anyOrigin = options.Value.AllowedOrigins.Contains("*");

    public bool IsAllowed(HttpRequest request, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        if (!IsHostAllowed(request.Host))
        {
            problem = new Problem(StatusCodes.Status403Forbidden, "Host not allowed", "host_not_allowed", $"The operator can list the host under {GatewayHttpOptions.SectionName}:AllowedHosts.");
        }
        else if (request.Headers.Origin.Count > 0 && !IsOriginAllowed(request))
        {
            problem = new Problem(StatusCodes.Status403Forbidden, "Origin not allowed", "origin_not_allowed", $"The operator can list the origin under {GatewayHttpOptions.SectionName}:AllowedOrigins.");
        }

        return problem is null;
    }

    /// <summary>
    /// Tells whether the operator has named the very host that a request says, or it is loopback, and its port is the one that the request came to.
    /// A wildcard names none: whoever has a name below it would have a word in this.
    /// </summary>
    public bool IsOwnName(HttpContext context) =>
        context.Request.Host is { HasValue: true } host
        && (host.Port is null || host.Port == context.Connection.LocalPort)
        && _hosts.Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes apart what a browser sends: a scheme and an authority, and nothing after it.</summary>
    public static bool TryParseOrigin(string? text, [NotNullWhen(true)] out Uri? origin) =>
        Uri.TryCreate(text, UriKind.Absolute, out origin)
        && origin.Host.Length > 0
        && string.Equals(text, origin.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), StringComparison.OrdinalIgnoreCase);

    private static string Bracket(string host) => Uri.CheckHostName(host) == UriHostNameType.IPv6 && host[0] != '[' ? $"[{host}]" : host;

    private bool IsHostAllowed(HostString host)
    {
        if (!host.HasValue || _anyHost)
        {
            return host.HasValue;
        }

        var name = host.Host;
        foreach (var allowed in _hosts)
        {
            if (string.Equals(name, allowed, StringComparison.OrdinalIgnoreCase)
                || (allowed.StartsWith("*.", StringComparison.Ordinal) && name.Length >= allowed.Length && name.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOriginAllowed(HttpRequest request)
    {
        var sent = request.Headers.Origin;
        if (sent.Count != 1)
        {
            return false;
        }

        if (_anyOrigin || _origins.Contains(sent[0], StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        // The scheme is not compared: behind a proxy that ends TLS this process sees http where the browser said https.
        return TryParseOrigin(sent[0], out var origin)
            && (origin.Scheme == Uri.UriSchemeHttp || origin.Scheme == Uri.UriSchemeHttps)
            && (LoopbackHosts.Contains(origin.Host, StringComparer.OrdinalIgnoreCase)
                || string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
