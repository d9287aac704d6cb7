using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.AccessControl;

/// <summary>Deletes users and keys, which access rules may be about.</summary>
internal static class RuleSubjects
{
    /// <summary>
    /// Deletes a row, unless rules of its tenant are about it. The row is held before the rules are looked for: a rule that is added meanwhile
    /// is either seen, or finds the row gone. Without that the foreign key would take the rule along.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="row">The row.</param>
    /// <param name="expectedVersion">The version that must be stored, or null for whatever is there.</param>
    /// <param name="find">Finds the row in its table.</param>
    /// <param name="about">Finds the rules about it, of whatever tenant.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public static async ValueTask<StoreDeletion> DeleteSubjectAsync<TEntity>(
        this RegistryDatabase database,
        RowWrite row,
        long? expectedVersion,
        Func<RegistryDbContext, IQueryable<TEntity>> find,
        Func<IQueryable<AccessRuleEntity>, IQueryable<AccessRuleEntity>> about,
        CancellationToken cancellationToken)
        where TEntity : class
    {
        var deletion = StoreDeletion.NotFound();
        await database
            .WriteAsync(
                row with { Operation = RegistryChangeOperation.Deleted },
                async (context, token) =>
                {
                    deletion = await TryDeleteAsync(context, token).ConfigureAwait(false);
                    return deletion.Succeeded ? StoreResult<bool>.Success(true) : StoreResult<bool>.NotFound();
                },
                cancellationToken)
            .ConfigureAwait(false);
        return deletion;

        async Task<StoreDeletion> TryDeleteAsync(RegistryDbContext context, CancellationToken token)
        {
            if (!await context.HoldRowAsync<TEntity>(database.Provider, row.Tenant, row.Id, token).ConfigureAwait(false))
            {
                return StoreDeletion.NotFound();
            }

            if (expectedVersion is not null && !await find(context).InVersion(expectedVersion).AnyAsync(token).ConfigureAwait(false))
            {
                return StoreDeletion.Stale();
            }

            var rules = about(context.AccessRules.Where(x => x.TenantId == row.Tenant.Value));
            var uses = await rules.CountAsync(token).ConfigureAwait(false);
            if (uses > 0)
            {
                var first = await rules.OrderBy(x => x.Id).Select(x => x.Id).Take(StoreDeletion.MaxNamed).ToListAsync(token).ConfigureAwait(false);
                return StoreDeletion.InUse(uses, [.. first]);
            }

            return await find(context).ExecuteDeleteAsync(token).ConfigureAwait(false) == 0 ? StoreDeletion.NotFound() : StoreDeletion.Success();
        }
    }
}
