using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Maintenance;

/// <summary>Gives a store that has none the policies and view definitions that come with the registry.</summary>
internal sealed class HousekeepingDefaults(
    IRetentionPolicyStore policies,
    IRetentionTarget target,
    IMaterializedViewStore definitions,
    IMaterializedViews views,
    IOptions<HousekeepingOptions> options,
    TimeProvider time,
    ILogger<HousekeepingDefaults> logger)
{
    /// <summary>Safe to call again, and by several replicas at once: the unique names let one of them win.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var created = 0;
        if (options.Value.CreateDefaultPolicies
            && await policies.ListAsync(cancellationToken).ConfigureAwait(false) is [])
        {
            foreach (var policy in DefaultRetentionPolicies.Create(target.Tables, time.GetUtcNow()))
            {
                var added = await policies.AddAsync(policy, cancellationToken).ConfigureAwait(false);
                created += added.Succeeded ? 1 : 0;
            }
        }

        if (options.Value.RegisterShippedViews
            && await definitions.ListAsync(cancellationToken).ConfigureAwait(false) is [])
        {
            var now = time.GetUtcNow();
            foreach (var view in views.Shipped)
            {
                var added = await definitions
                    .AddAsync(view with { Id = Guid.CreateVersion7(now), CreatedAt = now, UpdatedAt = now }, cancellationToken)
                    .ConfigureAwait(false);
                created += added.Succeeded ? 1 : 0;
            }
        }

        if (created > 0)
        {
            logger.DefaultsCreated(created);
        }
    }
}
