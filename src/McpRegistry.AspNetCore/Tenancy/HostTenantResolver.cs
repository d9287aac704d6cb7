using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>The choice by host name: one that is listed, or a slug before the suffix.</summary>
internal sealed class HostTenantResolver(IOptions<TenantOptions> options) : ITenantResolver
{
    private readonly string? _suffix = options.Value.HostSuffix;
    private readonly FrozenDictionary<string, string> _hosts = options.Value.Hosts.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (_suffix is null && _hosts.Count == 0)
        {
            return new((string?)null);
        }

        var host = context.Request.Host.Host;
        if (_hosts.TryGetValue(host, out var tenant))
        {
            return new(tenant);
        }

        return new(_suffix is not null && host.Length > _suffix.Length && host.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase)
            ? host[..^_suffix.Length].ToLowerInvariant()
            : null);
    }
}
