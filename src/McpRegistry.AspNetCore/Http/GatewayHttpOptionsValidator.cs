using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Lists every fault of <see cref="GatewayHttpOptions"/> at start-up.</summary>
internal sealed class GatewayHttpOptionsValidator : IValidateOptions<GatewayHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayHttpOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.AllowedHosts.Count; i++)
        {
            if (!IsHost(options.AllowedHosts[i]))
            {
                faults.Add($"{GatewayHttpOptions.SectionName}:AllowedHosts:{i} ('{options.AllowedHosts[i]}') must be a host name without scheme, port and path, '*.' and a name, or '*'.");
            }
        }

        for (var i = 0; i < options.AllowedOrigins.Count; i++)
        {
            if (options.AllowedOrigins[i] != "*" && !RequestOriginPolicy.TryParseOrigin(options.AllowedOrigins[i], out _))
            {
                faults.Add($"{GatewayHttpOptions.SectionName}:AllowedOrigins:{i} ('{options.AllowedOrigins[i]}') must be a scheme and an authority such as https://app.example.com, or '*'.");
            }
        }

        if (options.PublicOrigin is { } origin
            && !(RequestOriginPolicy.TryParseOrigin(origin.TrimEnd('/'), out var parsed) && (parsed.Scheme == Uri.UriSchemeHttps || parsed.Scheme == Uri.UriSchemeHttp)))
        {
            faults.Add($"{GatewayHttpOptions.SectionName}:PublicOrigin ('{origin}') must be a scheme and an authority such as https://mcp.example.com.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsHost(string? host) =>
        host == "*" || (host is not null && Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) != UriHostNameType.Unknown);
}
