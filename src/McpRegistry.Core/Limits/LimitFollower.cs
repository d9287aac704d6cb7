using McpRegistry.Storage;

namespace McpRegistry.Limits;

/// <summary>Does on this replica what was asked for on any: begins limits anew, and returns what others need.</summary>
internal sealed class LimitFollower(QuotaKeeper quotas, LimitMemory memory) : IChangeHandler
{
    /// <summary>What the store has to be told for it does not hold up the changes behind: it may be slow, and they may be revocations.</summary>
    public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        if (change.Kind == RegistryChangeKind.QuotaRecall)
        {
            _ = quotas.ReturnAsync(change.Tenant, change.Id);
        }
        else if (change.Kind == RegistryChangeKind.LimitReset)
        {
            memory.Reset(change.Id);
            _ = quotas.ResetAsync(change.Tenant, change.Id);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Leases stay what they are; a reset that was missed is found by its epoch at the next lease.</summary>
    public ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        _ = quotas.ReturnAllAsync();
        return ValueTask.CompletedTask;
    }
}
