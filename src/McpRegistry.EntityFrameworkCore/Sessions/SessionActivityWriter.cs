using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Sessions;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sessions;

internal static class SessionActivityWriter
{
    public static async Task<int> TouchAsync(
        RegistryDbContext context, TenantId tenant, IEnumerable<SessionActivity> activities, CancellationToken cancellationToken)
    {
        var alive = 0;

        // In one order, so that two batches over the same sessions wait for each other instead of crosswise.
        foreach (var activity in activities.OrderBy(static activity => activity.SessionId))
        {
            var last = StoredTime.Normalize(activity.LastActivity);
            var expires = StoredTime.Normalize(activity.ExpiresAt);
            alive += await context.Sessions
                .Where(x => x.TenantId == tenant.Value && x.Id == activity.SessionId && x.RevokedAt == null)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(x => x.LastActivity, x => x.LastActivity < last ? last : x.LastActivity)
                        .SetProperty(x => x.ExpiresAt, x => x.ExpiresAt < expires ? expires : x.ExpiresAt),
                    cancellationToken)
                .ConfigureAwait(false);
        }

        return alive;
    }
}
