using McpRegistry.Hosting;

namespace McpRegistry.Routing;

/// <summary>Loads all rules before the host answers anybody. After the revision was read: what is written meanwhile comes through the feed.</summary>
internal sealed class LoadRoutingRulesTask(RoutingRuleFollower follower) : IStartupTask
{
    public int Order => StartupOrder.LoadRoutingRules;

    public async Task RunAsync(CancellationToken cancellationToken) => await follower.ReloadAsync(cancellationToken).ConfigureAwait(false);
}
