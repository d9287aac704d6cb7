using Microsoft.Extensions.Options;

namespace McpRegistry.Balancing;

/// <summary>A policy that does not exist is found at start-up, and not by the first call.</summary>
internal sealed class BalancingOptionsValidator(IEnumerable<ILoadBalancingPolicy> ofHost) : IValidateOptions<BalancingOptions>
{
    public ValidateOptionsResult Validate(string? name, BalancingOptions options)
    {
        var names = BuiltInPolicies.Names.Concat(ofHost.Select(static policy => policy.Name)).Distinct(StringComparer.Ordinal).ToArray();
        return names.Contains(options.Policy, StringComparer.Ordinal)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{BalancingOptions.SectionName}:Policy must be one of {string.Join(", ", names)}.");
    }
}
