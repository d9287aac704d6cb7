using McpRegistry.Hosting;

namespace McpRegistry.AccessControl;

/// <summary>Loads all rules before the host answers anybody. After the revision was read: what is written meanwhile comes through the feed.</summary>
internal sealed class LoadAccessRulesTask(AccessRuleFollower follower) : IStartupTask
{
    public int Order => StartupOrder.LoadAccessRules;

    public async Task RunAsync(CancellationToken cancellationToken) => await follower.ReloadAsync(cancellationToken).ConfigureAwait(false);
}
