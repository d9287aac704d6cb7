using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace McpRegistry.Balancing;

/// <summary>The policies by name. Those of the host come after the built-in ones, and replace them where the names are the same.</summary>
internal sealed class LoadBalancingPolicies
{
    private readonly FrozenDictionary<string, ILoadBalancingPolicy> _byName;

    public LoadBalancingPolicies(IOptions<BalancingOptions> options, IEnumerable<ILoadBalancingPolicy> ofHost)
    {
        var byName = new Dictionary<string, ILoadBalancingPolicy>(StringComparer.Ordinal);
        foreach (var policy in BuiltInPolicies.With(options.Value).Concat(ofHost))
        {
            byName[policy.Name] = policy;
        }

        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public ILoadBalancingPolicy? Find(string name) => _byName.GetValueOrDefault(name);
}
