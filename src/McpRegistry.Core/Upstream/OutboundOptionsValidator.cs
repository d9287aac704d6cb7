using System.Net;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream;

/// <summary>Lists every fault of <see cref="OutboundOptions"/> at start-up.</summary>
internal sealed class OutboundOptionsValidator : IValidateOptions<OutboundOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.AllowedNetworks.Count; i++)
        {
            if (!IPNetwork.TryParse(options.AllowedNetworks[i], out _))
            {
                faults.Add($"{OutboundOptions.SectionName}:AllowedNetworks:{i} ('{options.AllowedNetworks[i]}') must be a network in CIDR form, for example 10.1.0.0/16.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
