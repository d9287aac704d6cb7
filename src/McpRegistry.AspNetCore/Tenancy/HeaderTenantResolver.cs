using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>The choice by header. One that is sent more than once names no tenant that anybody has.</summary>
internal sealed class HeaderTenantResolver(IOptions<TenantOptions> options) : ITenantResolver
{
    private readonly string _name = options.Value.HeaderName;

    public ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (_name.Length == 0 || !context.Request.Headers.TryGetValue(_name, out var values) || values.Count == 0)
        {
            return new((string?)null);
        }

        return new(values.Count == 1 ? values[0] ?? "" : "");
    }
}
