using McpRegistry.Tenancy;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>Lists every fault of <see cref="TenantOptions"/> at start-up.</summary>
internal sealed class TenantOptionsValidator : IValidateOptions<TenantOptions>
{
    public ValidateOptionsResult Validate(string? name, TenantOptions options)
    {
        var faults = new List<string>();
        if (!options.HeaderName.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            faults.Add($"{TenantOptions.SectionName}:HeaderName must be the name of a header, or empty.");
        }

        if (options.HostSuffix is { } suffix && (suffix.Length < 2 || suffix[0] != '.' || Uri.CheckHostName(suffix[1..]) != UriHostNameType.Dns))
        {
            faults.Add($"{TenantOptions.SectionName}:HostSuffix must be a dot and a host name, such as .gateway.example, or be left out.");
        }

        foreach (var (host, tenant) in options.Hosts)
        {
            if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            {
                faults.Add($"{TenantOptions.SectionName}:Hosts:{host} must be a host name without scheme, port and path.");
            }

            if (!TenantSlug.IsWellFormed(tenant))
            {
                faults.Add($"{TenantOptions.SectionName}:Hosts:{host} must have the slug or id of a tenant as its value.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
