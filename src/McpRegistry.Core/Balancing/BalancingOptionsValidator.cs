using McpRegistry.Routing;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Balancing;

/// <summary>A policy that does not exist is found at start-up, and not by the first call.</summary>
internal sealed class BalancingOptionsValidator(IEnumerable<ILoadBalancingPolicy> ofHost) : IValidateOptions<BalancingOptions>
{
    public ValidateOptionsResult Validate(string? name, BalancingOptions options)
    {
        var policies = new RoutePolicies(ofHost);
        var faults = options.Servers
            .Select(static server => ($"Servers:{server.Key}:Policy", server.Value.Policy))
            .Prepend(("Policy", options.Policy))
            .Where(policy => policies.Find(policy.Item2) is null)
            .Select(policy => $"{BalancingOptions.SectionName}:{policy.Item1} must be one of {string.Join(", ", policies.All)}.")
            .ToList();
        foreach (var (server, own) in options.Servers)
        {
            if (!ServerKey.TryParse(server, out _))
            {
                faults.Add($"{BalancingOptions.SectionName}:Servers:{server} must name {ServerKey.Form}.");
            }

            if (own.Key is { } key && !Enum.IsDefined(key))
            {
                faults.Add($"{BalancingOptions.SectionName}:Servers:{server}:Key must be one of {string.Join(", ", Enum.GetNames<BalancingKey>())}.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
